import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { notOfWork, Passing } from '../system/passing.ts';

const rowSchema = z.object({
  workers: z.number(),
  items: z.number(),
  seconds: z.number(),
  /** Milliseconds from the commit of the last results until the run's row says Completed. */
  lastToCompletedMs: z.number(),
  /** Transactions that recorded results, including refused ones. */
  commits: z.number(),
  /** Those of them that were refused because another process had written the row. */
  conflicts: z.number(),
});
export const fanInSchema = z.object({ rows: z.array(rowSchema) });
export type FanIn = z.infer<typeof fanInSchema>;

/** Measures many results that go into one run, with one, two and four processes that commit concurrently. */
export async function measureFanIn(bench: Bench): Promise<FanIn> {
  const items = byScale(bench, { full: 10_000, small: 1_000 });
  const rows: FanIn['rows'] = [];
  for (const workers of [1, 2, 4]) {
    const row = await fanIn(items, workers);
    const conflicts = ((1000 * row.conflicts) / row.commits).toFixed(0);
    bench.say(
      `${workers} processes: ${row.lastToCompletedMs.toFixed(0)} ms to Completed, ${conflicts} conflicts in a thousand`,
    );
    rows.push(row);
  }
  return { rows };
}

async function fanIn(items: number, workers: number): Promise<FanIn['rows'][number]> {
  const passing = new Passing();
  await using bed = await startBenchSystem({ work: 'images', workers, proxy: passing.proxy });
  await bed.view.untilCompleted(await bed.start(WARM_UP), 50);
  await bed.view.untilTidy();
  passing.clear();
  const began = performance.now();
  await bed.view.untilCompleted(await bed.start(items), 100);
  const end = passing.all.find(({ completes }) => completes)?.at ?? 0;
  // Counts from the first work message on. Before it, the start's own transactions write the chunks.
  const first = passing.all.find(({ isCatch, target }) => isCatch && !notOfWork.test(target))?.at ?? 0;
  const commits = passing.all.filter(({ isCommit, at }) => isCommit && at > first && at < end);
  const last = commits.findLast(({ isConflict }) => !isConflict)?.at ?? 0;
  return {
    workers,
    items,
    seconds: (end - began) / 1000,
    lastToCompletedMs: end - last,
    commits: commits.length,
    conflicts: commits.filter(({ isConflict }) => isConflict).length,
  };
}

const WARM_UP = 500;
