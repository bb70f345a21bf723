import { isTerminal, type RunStatus } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { ConflictError, type LiveRow, type PurgeNote, retrying } from '@tally/run-store';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { passOverRows } from '../context/pass-over-rows.ts';
import { endUnreadable } from '../ending/end-broken.ts';
import { finalizeRun } from '../ending/finalize-run.ts';
import { purgeGeneration } from './purge-generation.ts';

/** Runs that a pass over many purges at once. */
export const PURGES_AT_ONCE = 8;

export type PurgeResult = 'purged' | 'not-found' | { readonly notEnded: RunStatus };

/**
 * Deletes an ended run with all its rows. The run is noted first, then marked under If-Match, and can't be
 * found from then on. Then its rows are deleted, last the run row and then the note. If it is cut short
 * before the mark, it is as if nothing was asked. If it is cut short after it, the purge timer goes on by the
 * note.
 * @param generation the generation that is meant; null: the one that is there
 */
export async function purgeRun(
  context: StepContext,
  runId: string,
  generation: string | null = null,
): Promise<PurgeResult> {
  const { store } = context;
  const mayHelp = (error: unknown) => error instanceof ConflictError;
  const mark = async (failures: number) => await markPurged(context, runId, generation, failures > 0);
  const marked = await retrying(store, `purge the run ${runId}`, mark, { mayHelp });
  if (typeof marked === 'string' || 'notEnded' in marked) return marked;
  const { live, run } = marked;
  // A rewind may have touched the live row since, and now fails because of the mark. For this row the mark
  // proves what the final counts prove in `finalizeRun`. If the rewind has touched the row again, it finds
  // the run gone and deletes the row itself.
  if (live !== null) await store.deleteLive(live);
  await purgeGeneration(context, runId, run.generation, run.opened);
  return 'purged';
}

/**
 * Marks the run as purged.
 * @param isTidy whether what stands in the way was looked at before
 * @returns the run as it was marked, with its live row; or why it isn't
 * @throws ConflictError where the run must be looked at again
 */
async function markPurged(
  context: StepContext,
  runId: string,
  generation: string | null,
  isTidy: boolean,
): Promise<Exclude<PurgeResult, 'purged'> | { readonly run: Run; readonly live: LiveRow | null }> {
  const { store, now } = context;
  const live = await store.readLive(runId);
  const before = await store.lookAtRun(runId);
  if (before !== null && 'error' in before) {
    // A run that can't be read can't go on. It is ended with what is known of it, and then purged as any
    // other.
    if (generation !== null && before.generation !== undefined && before.generation !== generation) return 'not-found';
    await endUnreadable(context, runId, before);
    // The run row is another one now.
    throw new ConflictError(0, 'changed');
  }
  if (before === null || (generation !== null && before.value.generation !== generation)) return 'not-found';
  if (!isTerminal(before.value.status)) return { notEnded: before.value.status };
  // A live row without a run row would be taken for a start that was cut short, so it is deleted first.
  if (live !== null && !isTidy) {
    await finalizeRun(context, before.value);
    // The live row may be gone now, and the run row was written.
    throw new ConflictError(0, 'changed');
  }
  await store.queuePurge(runId, before.value.generation, before.value.opened);
  // A rewind, a restart or another purge may come first.
  await store.markPurged(before, now());
  return { run: before.value, live };
}

/**
 * Goes on with what purges and restarts have left: the rows of generations that are gone, and notes of those
 * that remain.
 * @returns whether there was time for all notes; the next call goes on with the others
 */
export async function finishPurges(context: StepContext, budgetMs: number, onFailed: OnFailed): Promise<boolean> {
  return await passOverRows(context, {
    ...{ name: 'purges', budgetMs, atOnce: PURGES_AT_ONCE },
    list: (after) => context.store.listPurges({ after }),
    placeOf: ({ key }) => key,
    work: async (note) => {
      try {
        await finishPurge(context, note);
      } catch (error) {
        onFailed(note.runId, error);
      }
    },
  });
}

async function finishPurge(context: StepContext, note: PurgeNote): Promise<void> {
  const { runId, generation, opened } = note;
  const run = await context.store.lookAtRun(runId);
  if (run !== null && 'error' in run) {
    // Only a run row of another generation shows that these rows are left over. Otherwise the note waits for
    // the end of the run, or for a purge.
    if (run.generation !== undefined && run.generation !== generation)
      await purgeGeneration(context, runId, generation, opened);
  } else if (run === null || run.value.generation !== generation)
    await purgeGeneration(context, runId, generation, opened);
  else await dropNote(context, note, run.value);
}

/**
 * A purge or a restart has noted this run. It was cut short before it marked or replaced the run, or is about
 * to do so. The note is deleted on the same proof as a live row (`finalizeRun`): it was read, then the run
 * row is written, then the note is deleted as it was read. A process that read the run row before finds its
 * own write refused, and begins again with a new note.
 */
async function dropNote(context: StepContext, note: PurgeNote, run: Run): Promise<void> {
  // A run that lives again, or whose finalization is still due, is looked at later.
  if (!isTerminal(run.status) || !('finalized' in run) || run.finalized === null) return;
  const { succeeded, failed } = run.finalized;
  const finalize = { type: 'finalize', epoch: run.epoch, succeeded, failed, again: true } as const;
  const written = await changeRun(context, run.runId, run.generation, finalize);
  if (written !== null && written.refused === undefined) await context.store.deletePurge(note);
}

/** Called for a run that a pass over many could not handle. The pass goes on with the others. */
export type OnFailed = (runId: string, error: unknown) => void;
