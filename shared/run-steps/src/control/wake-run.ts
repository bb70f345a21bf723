import type { Run } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/** The watchdog calls no run quiet that is younger than a minute; half of that is left for clocks that differ. */
const YOUNG_MS = 30_000;

/**
 * R10: a run moves that may have been quiet, so the watchdog is to look at it in each pass again. Costs a request, and one more where it was quiet. Where
 * another writes the row meanwhile that is left, and the run is looked at within ten minutes.
 */
export async function wakeRun({ store, now }: StepContext, { runId, createdAt }: Run): Promise<void> {
  if (now() - createdAt < YOUNG_MS) return;
  const live = await store.readLive(runId);
  if (live !== null && live.quietUntil > 0) await store.noteLive(live, { quietUntil: 0 });
}
