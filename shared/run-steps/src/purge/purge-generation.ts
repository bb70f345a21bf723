import type { OpenedMap } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';

/** Deletes all that a generation of a run has left behind: its files first, for what says that there may be any goes last. */
export async function purgeGeneration(
  { store, files }: Pick<StepContext, 'store' | 'files'>,
  runId: string,
  gen: string,
  opened: readonly OpenedMap[],
): Promise<void> {
  await files.deleteRun({ runId, gen });
  await store.purgeGeneration(runId, gen, opened);
}
