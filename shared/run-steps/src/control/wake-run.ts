import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/**
 * The watchdog calls no run quiet that is younger than a minute. Half of that is left for clocks that differ.
 */
const YOUNG_MS = 30_000;

/**
 * R10: a run that may have been quiet moves, so the watchdog must look at it again in each pass. This costs
 * one request, and one more where the run was quiet. If another process writes the row meanwhile, that is
 * ignored, and the run is looked at within ten minutes.
 */
export async function wakeRun({ store, now }: StepContext, { runId, createdAt }: Run): Promise<void> {
  if (now() - createdAt < YOUNG_MS) return;
  const live = await store.readLive(runId);
  if (live !== null && live.quietUntil > 0) await store.noteLive(live, { quietUntil: 0 });
}
