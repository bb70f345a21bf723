import { generationOf } from '@tally/contracts';
import type { RunIn } from '@tally/run-state';
import { ConflictError } from '@tally/run-store';
import { housekeepRun } from '../collect/housekeep-run.ts';
import type { StepContext } from '../context/context.ts';

/**
 * A live row without run row: a start was cut short between the two, or is still at it. Only an ended run in its place makes sure which: a start that is
 * slow then fails to write its own, and begins again. So the id can be used again, and the live row is gone.
 * @returns whether it was so; false: a start has come through after all
 */
export async function endUnwritten(context: StepContext, runId: string): Promise<boolean> {
  const now = context.now();
  // As of any run, the live row comes before the run row: that of the start may be gone by now, with a run that was purged.
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
  await housekeepRun(context, run);
  return true;
}

function unwrittenRun({ registry }: StepContext, runId: string, at: number): RunIn<'Failed'> {
  const error = {
    code: 'IntakeInterrupted',
    message: 'the start was cut short before anything was written; start the run again',
  };
  const [first] = registry.chains;
  return {
    // Which chain it was to be of nobody knows.
    ...{ runId, gen: generationOf(at), name: first?.name ?? '', chainVersion: first?.version ?? 1, epoch: 1 },
    ...{ nodes: {}, opened: [], owed: [], options: { tolerance: {} } },
    ...{ createdAt: at, updatedAt: at, endedAt: at, input: null, customStatus: null },
    ...{ status: 'Failed', housed: null, error },
  };
}
