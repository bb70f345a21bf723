import { createHash } from 'node:crypto';
import type { NodeRound, Run } from '@tally/run-state';
import type { DeadLetterRow, RunStore } from '@tally/run-store';
import { isBroken, isOfAnotherVersion } from '../commit/unless-broken.ts';
import type { StepContext } from '../context/context.ts';

/**
 * Keeps a dead letter. One about a run that is there goes with its purge: a pointer to it is noted among the run's rows first.
 * A purge that marks the run meanwhile may have looked for pointers already: then the letter goes at once.
 */
export async function keepLetter({ store }: Pick<StepContext, 'store'>, letter: DeadLetterRow): Promise<void> {
  const { runId, gen } = letter;
  if (runId === undefined || gen === undefined || !(await isThere({ store }, runId, gen)))
    return await store.insertDeadLetter(letter);
  const run = { runId, gen };
  await store.insertDeadLetter(letter, run);
  if (!(await isThere({ store }, runId, gen))) await store.deleteDeadLetter(letter, run);
}

/**
 * Whether a generation's run stands that a purge of this version will find. One whose row is broken does, until somebody purges it; one in rows of another
 * version is that one's to purge, and gets no rows of ours (R9).
 */
export async function isThere(
  { store }: { readonly store: Pick<RunStore, 'readRun'> },
  runId: string,
  gen: string,
): Promise<boolean> {
  try {
    return (await store.readRun(runId))?.value.gen === gen;
  } catch (error) {
    if (isBroken(error)) return true;
    if (isOfAnotherVersion(error)) return false;
    throw error;
  }
}

/** Names a letter that a ledger owes, together with its instant: an item is given up once at a time. As short for any run's id. */
export function owedLetterId(run: Pick<Run, 'runId' | 'gen'>, round: NodeRound, item: number): string {
  return `${owedTaskLetterId(run, round)}-${item}`;
}

/** The same for a letter about a task. */
export function owedTaskLetterId({ runId, gen }: Pick<Run, 'runId' | 'gen'>, { node, since }: NodeRound): string {
  const digest = createHash('sha256').update(runId).digest('base64url').slice(0, 12);
  return `${gen}-${node}.${since}-${digest}`;
}
