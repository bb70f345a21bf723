import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '@tally/testing';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { type BenchSystem, startBenchSystem } from '../system/bench-system.ts';
import { notOfWork, type Passed, Passing } from '../system/passing.ts';

/** Milliseconds of each hop of one run. */
const hopsSchema = z.object({
  /** From the start's first byte until its last work message is in the queue. */
  start: z.number(),
  /** Until the worker has taken the last work message. */
  toWorker: z.number(),
  /** Until the last results are recorded and aggregate's message is sent. */
  work: z.number(),
  toAggregate: z.number(),
  /** Until the run's row says that the run has completed. */
  end: z.number(),
});
export type Hops = z.infer<typeof hopsSchema>;

const rowSchema = z.object({
  items: z.number(),
  /** How long the system was idle before each run. */
  pauseSeconds: z.number(),
  runs: z.array(hopsSchema),
});
export const latencySchema = z.object({ rows: z.array(rowSchema) });
export type Latency = z.infer<typeof latencySchema>;
export type LatencyRow = z.infer<typeof rowSchema>;

const SIZES = [1, 3, 10];

/** Measures how long a run of few images takes while the system is busy, and after a pause. */
export async function measureLatency(bench: Bench): Promise<Latency> {
  const { busy, paused, pauseSeconds } = byScale(bench, {
    full: { busy: 30, paused: 10, pauseSeconds: 60 },
    small: { busy: 5, paused: 2, pauseSeconds: 5 },
  });
  const rows: LatencyRow[] = [];
  for (const items of SIZES) rows.push(await measureSize(items, 0, busy));
  bench.say(`busy: ${SIZES.length} sizes, ${busy} runs each`);
  // Each size has its own system, and they run side by side, because they mostly wait.
  rows.push(...(await Promise.all(SIZES.map((items) => measureSize(items, pauseSeconds, paused)))));
  return { rows };
}

async function measureSize(items: number, pauseSeconds: number, runs: number): Promise<LatencyRow> {
  const passing = new Passing();
  await using bed = await startBenchSystem({ work: 'images', proxy: passing.proxy });
  // The first run of a process has more work.
  for (let warming = 0; warming < 3; warming += 1) await runOnce(bed, passing, items);
  const taken: Hops[] = [];
  for (let run = 0; run < runs; run += 1) {
    await sleep(pauseSeconds * 1_000);
    taken.push(await runOnce(bed, passing, items));
  }
  return { items, pauseSeconds, runs: taken };
}

/** Runs once, and waits until the run is tidied up, so that it can't disturb the next run. */
export async function runOnce({ start, view }: BenchSystem, passing: Passing, items: number): Promise<Hops> {
  passing.clear();
  const began = performance.now();
  await start(items);
  // The proxy sees the write as it passes. Reading the row would disturb the measurement.
  await waitUntil(() => passing.all.some(({ completes }) => completes), {
    describe: 'the run has completed',
    pollMs: 5,
  });
  const hops = hopsOf(passing.all, began);
  await view.untilTidy();
  return hops;
}

function hopsOf(passed: readonly Passed[], began: number): Hops {
  const end = at(passed.find(({ completes }) => completes));
  const before = passed.filter((one) => one.at <= end);
  const put = at(before.findLast(({ operation, target }) => operation === 'PutMessage' && !notOfWork.test(target)));
  const taken = at(before.findLast(({ isCatch, target }) => isCatch && !notOfWork.test(target)));
  const told = at(before.findLast(({ operation, target }) => operation === 'PutMessage' && target === 'aggregate'));
  const heard = at(before.findLast(({ isCatch, target }) => isCatch && target === 'aggregate'));
  return {
    start: put - began,
    // The last message may be taken before its put is answered.
    toWorker: Math.max(0, taken - put),
    work: told - Math.max(taken, put),
    toAggregate: Math.max(0, heard - told),
    end: end - Math.max(heard, told),
  };
}

function at(passed: Passed | undefined): number {
  if (passed === undefined) throw new Error('a step of the run was not seen on its way to the storage');
  return passed.at;
}
