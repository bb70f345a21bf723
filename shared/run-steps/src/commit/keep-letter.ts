import { createHash } from 'node:crypto';
import type { NodeRound, Run } from '@tally/run-state';
import type { DeadLetterRow, RunStore } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { isBroken, isOfAnotherVersion } from './unless-broken.ts';

/**
 * Keeps a dead letter. A letter about a run that is there is deleted with its purge, so a pointer to the
 * letter is first noted among the run's rows. A purge that marks the run meanwhile may have looked for
 * pointers already. Then the letter is deleted at once.
 */
export async function keepLetter({ store }: Pick<StepContext, 'store'>, letter: DeadLetterRow): Promise<void> {
  const { runId, generation } = letter;
  if (runId === undefined || generation === undefined || !(await isThere({ store }, runId, generation)))
    return await store.insertDeadLetter(letter);
  const run = { runId, generation };
  await store.insertDeadLetter(letter, run);
  if (!(await isThere({ store }, runId, generation))) await store.deleteDeadLetter(letter, run);
}

/**
 * Whether a run of this generation exists that a purge of this version will find. A run with a broken row
 * counts until it is purged. A run in rows of another version is left to a purge of that version, and gets no
 * rows of ours (R9).
 */
export async function isThere(
  { store }: { readonly store: Pick<RunStore, 'readRun'> },
  runId: string,
  generation: string,
): Promise<boolean> {
  try {
    return (await store.readRun(runId))?.value.generation === generation;
  } catch (error) {
    if (isBroken(error)) return true;
    if (isOfAnotherVersion(error)) return false;
    throw error;
  }
}

/**
 * Names a letter of a ledger's outbox, together with its instant: an item is given up once at a time. The
 * name is equally short for every run id.
 */
export function outboxLetterId(run: Pick<Run, 'runId' | 'generation'>, round: NodeRound, item: number): string {
  return `${outboxTaskLetterId(run, round)}-${item}`;
}

/** The same for a letter about a task. */
export function outboxTaskLetterId(
  { runId, generation }: Pick<Run, 'runId' | 'generation'>,
  { node, since }: NodeRound,
): string {
  const digest = createHash('sha256').update(runId).digest('base64url').slice(0, 12);
  return `${generation}-${node}.${since}-${digest}`;
}
