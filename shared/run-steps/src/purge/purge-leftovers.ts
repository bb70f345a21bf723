import type { OpenedMap } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import { purgeGeneration } from './purge-generation.ts';

/**
 * Deletes what was written for a run that is gone. It is noted first: if the storage fails now, the purge
 * timer goes on.
 */
export async function purgeLeftovers(
  context: Pick<StepContext, 'store' | 'files'>,
  runId: string,
  generation: string,
  opened: readonly OpenedMap[],
): Promise<void> {
  await context.store.queuePurge(runId, generation, opened);
  await purgeGeneration(context, runId, generation, opened);
}
