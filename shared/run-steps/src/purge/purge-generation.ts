import type { OpenedMap } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/**
 * Deletes everything that a generation of a run has left behind. Its files come first, because the rows that
 * show that there may be files are deleted last.
 */
export async function purgeGeneration(
  { store, files }: Pick<StepContext, 'store' | 'files'>,
  runId: string,
  generation: string,
  opened: readonly OpenedMap[],
): Promise<void> {
  await files.deleteRun({ runId, generation });
  await store.purgeGeneration(runId, generation, opened);
}
