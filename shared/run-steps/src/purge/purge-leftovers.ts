import type { OpenedMap } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/** Deletes what was written for a run that is gone. Noted first: if the storage fails now, the watchdog goes on. */
export async function purgeLeftovers(
  { store }: Pick<StepContext, 'store'>,
  runId: string,
  gen: string,
  opened: readonly OpenedMap[],
): Promise<void> {
  await store.queuePurge(runId, gen, opened);
  await store.purgeGeneration(runId, gen, opened);
}
