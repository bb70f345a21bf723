import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { type BenchSystem, startBenchSystem } from '../system/bench-system.ts';
import { countRequests } from '../system/counted-requests.ts';

const rowSchema = z.object({
  items: z.number(),
  /** All requests except those whose number grows with time, and reads of the run's row. */
  requests: z.number(),
  /** Each process reads it once a second while it works, and at each step of a run. */
  readsOfRun: z.number(),
  /** Polls of empty queues, passes of the watchdog, and the heartbeats of workers. */
  withTime: z.number(),
  seconds: z.number(),
  byOperation: z.record(z.string(), z.number()),
});
export const requestsSchema = z.object({ rows: z.array(rowSchema) });
export type StorageRequests = z.infer<typeof requestsSchema>;

/** Counts the storage requests of a run of images by operation, as they pass through the proxy. */
export async function measureRequests(bench: Bench): Promise<StorageRequests> {
  const counts = byScale(bench, { full: [10, 100, 1_000, 10_000, 100_000], small: [10, 100, 1_000] });
  await using bed = await startBenchSystem({ work: 'images', proxy: {} });
  // The first run of a day and of a process needs more requests.
  await countRun(bed, 1);
  const rows: StorageRequests['rows'] = [];
  for (const items of counts) {
    const row = await countRun(bed, items);
    bench.say(`${items} images: ${(row.requests / items).toFixed(4)} requests an image`);
    rows.push(row);
  }
  return { rows };
}

async function countRun({ system, view, start }: BenchSystem, items: number): Promise<StorageRequests['rows'][number]> {
  const first = system.proxy.exchanges.length;
  const began = performance.now();
  const runId = await start(items);
  await view.untilCompleted(runId, 100);
  const seconds = (performance.now() - began) / 1000;
  await view.untilTidy();
  return { items, seconds, ...countRequests(system.proxy.exchanges.slice(first), runId) };
}
