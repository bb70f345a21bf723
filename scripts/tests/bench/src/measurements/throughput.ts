import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { happinessOf, startStubFace } from '@tally/testing';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { median } from '../statistics.ts';
import { type BenchSystem, startBenchSystem } from '../system/bench-system.ts';
import { cpuMsOf } from '../system/process-usage.ts';
import { DETECT_AT_ONCE } from './at-once.ts';

const cpuSchema = z.object({ intake: z.number(), worker: z.number(), aggregate: z.number(), storage: z.number() });
const rowSchema = z.object({
  items: z.number(),
  seconds: z.number(),
  /** Milliseconds of a core, by process, for the complete run. */
  cpuMs: cpuSchema,
});
const bareSchema = z.object({ seconds: z.number(), cpuMs: z.number() });
export const throughputSchema = z.object({
  images: z.array(
    rowSchema.extend({
      /** The bare loop, just before and just after each run with this number of images. */
      bare: z.array(bareSchema).min(2),
      /** The seconds of all runs with this number of images, the shortest first; `seconds` is their middle. */
      all: z.array(z.number()).min(1),
      /** How many of `seconds` passed before the first image came to the endpoint. */
      untilFirst: z.number(),
    }),
  ),
  nothing: z.array(rowSchema),
});
export type Throughput = z.infer<typeof throughputSchema>;
export type TimedRun = z.infer<typeof rowSchema>;

/**
 * Measures one process of the worker's app: with a Face endpoint that answers at once, and with a chain whose
 * handler does nothing.
 */
export async function measureThroughput(bench: Bench): Promise<Throughput> {
  const counts = byScale(bench, { full: [10_000, 100_000], small: [2_000] });
  const images: Throughput['images'] = [];
  await using face = await stubFace();
  for (const items of counts) {
    const row = await timeBesideBare(face.endpoint, items, items <= SHORT ? 5 : 3);
    images.push(row);
    const bareSeconds = median(row.bare.map(({ seconds }) => seconds));
    bench.say(`${perSecond(row)} images/s, ${(bareSeconds / row.seconds).toFixed(2)} of the bare loop's`);
  }
  const nothing: TimedRun[] = [];
  for (const items of counts) {
    const row = await timeNothing(items);
    nothing.push(row);
    bench.say(`${perSecond(row)} items/s where nothing is done`);
  }
  return { images, nothing };
}

async function stubFace() {
  const face = await startStubFace();
  return { endpoint: face.endpoint, [Symbol.asyncDispose]: () => face.stop() };
}

/** Up to this number, the wait for looks at queues, up to two seconds, may be half of a run. */
const SHORT = 10_000;

/**
 * In turn, so that a machine that is slow for a while is slow for both.
 * @param times an odd number, so that one run is the middle
 */
async function timeBesideBare(endpoint: string, items: number, times: number): Promise<Throughput['images'][number]> {
  const bare = [await loopBare(endpoint, items)];
  const rows: Omit<Throughput['images'][number], 'bare' | 'all'>[] = [];
  while (rows.length < times) {
    rows.push(await timeImages(items));
    bare.push(await loopBare(endpoint, items));
  }
  rows.sort((a, b) => a.seconds - b.seconds);
  const middle = rows[(times - 1) / 2];
  if (middle === undefined) throw new Error(`${times} runs have no middle`);
  return { ...middle, bare, all: rows.map(({ seconds }) => seconds) };
}

/** Each run has its own system, so that no run finds the rows of another. */
async function timeNothing(items: number): Promise<TimedRun> {
  await using bed = await startBenchSystem({ work: 'nothing' });
  await timeRun(bed, WARM_UP);
  return await timeRun(bed, items);
}

/** Each run has its own system, as with nothing. */
async function timeImages(items: number) {
  const calls = { firstAt: Number.POSITIVE_INFINITY };
  const respond = (url: string) => {
    calls.firstAt = Math.min(calls.firstAt, performance.now());
    return { faces: [happinessOf(url)] };
  };
  await using bed = await startBenchSystem({ work: 'images', face: { respond } });
  await timeRun(bed, WARM_UP);
  calls.firstAt = Number.POSITIVE_INFINITY;
  const began = performance.now();
  const row = await timeRun(bed, items);
  return { ...row, untilFirst: (calls.firstAt - began) / 1000 };
}

/** Items until Node has compiled the code that runs often, in each app. */
const WARM_UP = 2_000;

/** Measures from the first byte of the start until the storage wrote the row that says that the run has completed. */
export async function timeRun({ pids, view, start }: BenchSystem, items: number): Promise<TimedRun> {
  const used = () => ({
    intake: cpuMsOf(pids.intake),
    worker: cpuMsOf(pids.worker),
    aggregate: cpuMsOf(pids.aggregate),
    storage: cpuMsOf(pids.storage),
  });
  const before = used();
  const began = Date.now();
  const seconds = ((await view.untilCompleted(await start(items), POLL_MS)) - began) / 1000;
  await view.untilTidy();
  const after = used();
  const cpuMs = {
    intake: after.intake - before.intake,
    worker: after.worker - before.worker,
    aggregate: after.aggregate - before.aggregate,
    storage: after.storage - before.storage,
  };
  return { items, seconds, cpuMs };
}

/** Often enough for runs of several seconds. Each poll is a request. */
const POLL_MS = 100;

async function loopBare(endpoint: string, items: number): Promise<z.infer<typeof bareSchema>> {
  const program = path.join(import.meta.dirname, 'bare-loop.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    endpoint,
    String(items),
    String(DETECT_AT_ONCE),
  ]);
  return bareSchema.parse(JSON.parse(stdout));
}

function perSecond({ items, seconds }: TimedRun): number {
  return Math.round(items / seconds);
}
