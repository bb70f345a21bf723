import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { imageUrls } from '../system/runs.ts';

export const startsSchema = z.object({
  starts: z.number(),
  /** Number of images in each run. */
  items: z.number(),
  /**
   * Seconds until the last start was sent, counted from the first. No start waits for another start's answer.
   */
  sending: z.number(),
  /** Seconds until the last start was answered. */
  answering: z.number(),
  /** Milliseconds from each start to its answer. */
  latenciesMs: z.array(z.number()),
  /** Number of answers by status. */
  statuses: z.record(z.string(), z.number()),
  /** Seconds from the first start until all accepted runs have completed. */
  completing: z.number(),
  completed: z.number(),
});
export type Starts = z.infer<typeof startsSchema>;

/** Starts as many small runs as callers can start within a second, and measures how they complete. */
export async function measureStarts(bench: Bench): Promise<Starts> {
  const { starts } = byScale(bench, { full: { starts: 1_000 }, small: { starts: 100 } });
  const items = 10;
  await using bed = await startBenchSystem({ work: 'images' });
  const body = JSON.stringify(imageUrls(items));
  const statuses: Record<string, number> = {};
  const latenciesMs: number[] = [];
  const ids: string[] = [];
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const post = async (id: string): Promise<void> => {
    const sent = performance.now();
    const answer = await fetch(`${bed.system.url}/api/runs/${id}`, { method: 'POST', body });
    await answer.arrayBuffer();
    latenciesMs.push(Math.round(performance.now() - sent));
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (answer.status === 202) ids.push(id);
  };
  const answers: Promise<void>[] = [];
  for (let index = 0; index < starts; index += 1) {
    answers.push(post(`burst-${index}`));
    // The starts are spread over a second, as far as this process can keep up.
    const aheadMs = (1_000 * (index + 1)) / starts - (performance.now() - began);
    if (aheadMs > 1) await sleep(aheadMs);
  }
  const sending = seconds();
  await Promise.all(answers);
  const answering = seconds();
  bench.say(`${starts} starts sent in ${sending.toFixed(1)} s, answered in ${answering.toFixed(1)} s`);
  for (const id of ids) await bed.view.untilCompleted(id, 250);
  return { starts, items, sending, answering, latenciesMs, statuses, completing: seconds(), completed: ids.length };
}
