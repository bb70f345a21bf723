import { generationOf, type TallyFailure } from '@tally/contracts';
import type { RunIn } from '@tally/run-state';
import { ConflictError } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { finalizeRun } from '../ending/finalize-run.ts';

/**
 * There is a live row without a run row: a start was cut short between the two, or is still under way. Only
 * an ended run in its place makes sure which. A slow start then fails to write its own run, and begins again.
 * So the id can be used again, and the live row goes.
 * @returns whether the ended run was written; false: a start came through after all
 */
export async function endUnwritten(context: StepContext, runId: string): Promise<boolean> {
  const now = context.now();
  // As for any run, the live row comes before the run row. The start's live row may be gone by now, with a
  // run that was purged.
  await context.store.touchLive(runId, now, 'start');
  const run = unwrittenRun(context, runId, now);
  try {
    await context.store.writeRun(null, {
      run,
      input: null,
      history: [{ at: now, type: 'Failed', detail: { ...run.error } }],
    });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return false;
  }
  await finalizeRun(context, run);
  return true;
}

function unwrittenRun({ registry }: StepContext, runId: string, at: number): RunIn<'Failed'> {
  const error: TallyFailure = {
    code: 'IntakeInterrupted',
    message:
      'there is no run row: the start was interrupted before it was written, or it was deleted; start the run again',
  };
  const [first] = registry.chains;
  return {
    // It is unknown which chain the run was to be of.
    ...{ runId, generation: generationOf(at), name: first?.name ?? '', chainVersion: first?.version ?? 1, epoch: 1 },
    ...{ nodes: {}, opened: [], outbox: [], options: { tolerance: {} } },
    ...{ createdAt: at, updatedAt: at, endedAt: at, input: null },
    ...{ status: 'Failed', finalized: null, error },
  };
}
