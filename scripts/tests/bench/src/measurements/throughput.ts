import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { mean } from '../statistics.ts';
import { type BenchSystem, startBenchSystem } from '../system/bench-system.ts';
import { cpuMsOf } from '../system/process-usage.ts';
import { startQuickFace } from '../system/quick-face.ts';
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
      /** How many images the apps, and how many calls the bare loop, had made just before. */
      warmUp: z.number(),
      /** The bare loop with this number of images, just before this run and just after it; the mean of both. */
      bare: bareSchema,
      /** The bare loop's seconds through the run's, of all runs; this run is the middle one. */
      ratios: z.array(z.number()).min(1),
      /** How many of `seconds` passed before the first image came to the endpoint. */
      untilFirst: z.number(),
    }),
  ),
  nothing: z.array(rowSchema),
});
export type Throughput = z.infer<typeof throughputSchema>;
export type TimedRun = z.infer<typeof rowSchema>;
type TimedImages = Throughput['images'][number];

/**
 * Items until Node has compiled all code that runs often, in each app. That is more than for the calls alone: a commit
 * comes once in a chunk, and a start once in a run.
 */
const WARM = 20_000;
/** New processes. A call of theirs has been compiled once, and nothing of what comes once in a chunk. */
const COLD = 2_000;

/**
 * Measures one process of the worker's app: with a Face endpoint that answers at once, and with a chain whose
 * handler does nothing.
 */
export async function measureThroughput(bench: Bench): Promise<Throughput> {
  const full: readonly Compared[] = [
    { items: 10_000, warmUp: COLD, times: 11 },
    { items: 10_000, warmUp: WARM, times: 11 },
    { items: 100_000, warmUp: WARM, times: 3 },
  ];
  const images: TimedImages[] = [];
  await using face = await startQuickFace();
  for (const compared of byScale(bench, { full, small: [{ items: 2_000, warmUp: COLD, times: 1 }] })) {
    const row = await timeBesideBare(face.endpoint, compared);
    images.push(row);
    bench.say(`${perSecond(row)} images/s, ${ratioOf(row).toFixed(2)} of the bare loop's`);
  }
  const nothing: TimedRun[] = [];
  for (const items of byScale(bench, { full: [10_000, 100_000], small: [2_000] })) {
    const row = await timeNothing(items, byScale(bench, { full: WARM, small: COLD }));
    nothing.push(row);
    bench.say(`${perSecond(row)} items/s where nothing is done`);
  }
  return { images, nothing };
}

interface Compared {
  readonly items: number;
  readonly warmUp: number;
  /** An odd number, so that one run is the middle. More for short runs: the wait for a look at a queue may be half of one. */
  readonly times: number;
}

/**
 * In turn, so that a machine that is slow for a while is slow for both. Each run is compared with the two bare loops
 * beside it.
 */
async function timeBesideBare(endpoint: string, { items, warmUp, times }: Compared): Promise<TimedImages> {
  const rows: Omit<TimedImages, 'ratios'>[] = [];
  let before = await loopBare(endpoint, items, warmUp);
  while (rows.length < times) {
    const row = await timeImages(items, warmUp);
    const after = await loopBare(endpoint, items, warmUp);
    rows.push({ ...row, warmUp, bare: meanOf(before, after) });
    before = after;
  }
  rows.sort((a, b) => ratioOf(a) - ratioOf(b));
  const middle = rows[(times - 1) / 2];
  if (middle === undefined) throw new Error(`${times} runs have no middle`);
  return { ...middle, ratios: rows.map(ratioOf) };
}

type Bare = z.infer<typeof bareSchema>;

function meanOf(...loops: readonly Bare[]): Bare {
  return { seconds: mean(loops.map(({ seconds }) => seconds)), cpuMs: mean(loops.map(({ cpuMs }) => cpuMs)) };
}

function ratioOf({ seconds, bare }: { readonly seconds: number; readonly bare: Bare }): number {
  return bare.seconds / seconds;
}

/** Each run has its own system, so that no run finds the rows of another. */
async function timeNothing(items: number, before: number): Promise<TimedRun> {
  await using bed = await startBenchSystem({ work: 'nothing' });
  await warm(bed, before);
  return await timeRun(bed, items);
}

/** Each run has its own system, as with nothing. */
async function timeImages(items: number, before: number) {
  const calls = { firstAt: Number.POSITIVE_INFINITY };
  const onCall = () => {
    calls.firstAt = Math.min(calls.firstAt, performance.now());
  };
  await using face = await startQuickFace(onCall);
  await using bed = await startBenchSystem({ work: 'images', face: face.endpoint });
  await warm(bed, before);
  calls.firstAt = Number.POSITIVE_INFINITY;
  const began = performance.now();
  const row = await timeRun(bed, items);
  return { ...row, untilFirst: (calls.firstAt - began) / 1000 };
}

/**
 * Until the run has ended, not until it is tidied up: what is timed next finds apps that have just been at work, and
 * not looks at queues that have become seldom in a pause. What a pause adds is measured as latency.
 */
async function warm({ view, start }: BenchSystem, items: number): Promise<void> {
  await view.untilCompleted(await start(items), OFTEN_MS);
}

/** Measures from the first byte of the start until the end that the run's row tells. */
export async function timeRun({ pids, view, start }: BenchSystem, items: number): Promise<TimedRun> {
  const used = () => ({
    intake: cpuMsOf(pids.intake),
    worker: cpuMsOf(pids.worker),
    aggregate: cpuMsOf(pids.aggregate),
    storage: cpuMsOf(pids.storage),
  });
  const before = used();
  const began = Date.now();
  const seconds = ((await view.untilCompleted(await start(items), SELDOM_MS)) - began) / 1000;
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

/** Before what is timed: no pause may come between. */
const OFTEN_MS = 100;
/** During what is timed: each poll takes time of the cores, and the end doesn't depend on it. */
const SELDOM_MS = 500;

async function loopBare(endpoint: string, items: number, warmUp: number): Promise<Bare> {
  const program = path.join(import.meta.dirname, 'bare-loop.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    endpoint,
    String(items),
    String(DETECT_AT_ONCE),
    String(warmUp),
  ]);
  return bareSchema.parse(JSON.parse(stdout));
}

function perSecond({ items, seconds }: TimedRun): number {
  return Math.round(items / seconds);
}
