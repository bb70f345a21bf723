import { temporaryFolder } from '@tally/testing';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { type BenchSystem, startBenchSystem } from '../system/bench-system.ts';
import { heapMiBOf, heapProbe } from '../system/heaps.ts';
import { usageOf } from '../system/process-usage.ts';
import { timeRun } from './throughput.ts';

const appSchema = z.object({
  /** MiB of heap in use after a garbage collection. */
  heapMiB: z.number(),
  /** The highest memory use up to then, in MiB. */
  peakMiB: z.number(),
});
export const memorySchema = z.object({
  /** After a run of this many images. All runs follow one another in one system. */
  runs: z.array(z.object({ items: z.number(), intake: appSchema, worker: appSchema, aggregate: appSchema })),
});
export type Memory = z.infer<typeof memorySchema>;

/**
 * Measures how much memory each app needs at most for a run, and how much of it remains in use afterwards.
 */
export async function measureMemory(bench: Bench): Promise<Memory> {
  const counts = byScale(bench, { full: [1_000, 10_000, 100_000, 100_000], small: [500, 2_000] });
  await using folder = await temporaryFolder();
  await using bed = await startBenchSystem({ work: 'images', env: heapProbe(folder.path) });
  await timeRun(bed, WARM_UP);
  const runs: Memory['runs'] = [];
  for (const items of counts) {
    await timeRun(bed, items);
    const look = (app: 'intake' | 'worker' | 'aggregate') => lookAt(bed, app, folder.path);
    const row = {
      items,
      intake: await look('intake'),
      worker: await look('worker'),
      aggregate: await look('aggregate'),
    };
    bench.say(
      `after ${items}: the worker's heap ${row.worker.heapMiB.toFixed(1)} MiB, at most ${row.worker.peakMiB.toFixed(0)} MiB in all`,
    );
    runs.push(row);
  }
  return { runs };
}

const WARM_UP = 500;

async function lookAt({ pids }: BenchSystem, app: 'intake' | 'worker' | 'aggregate', folder: string) {
  const [pid = 0] = pids[app];
  const { peakMiB } = usageOf(pid);
  return { heapMiB: await heapMiBOf(pid, folder), peakMiB };
}
