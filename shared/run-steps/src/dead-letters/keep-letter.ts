import { createHash } from 'node:crypto';
import type { Run } from '@tally/run-state';
import type { DeadLetterRow, RunStore } from '@tally/run-store';
import { isBroken } from '../commit/unless-broken.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';

/**
 * Keeps a dead letter. One about a run that is there goes with its purge: a pointer to it is noted among the run's rows first.
 * A purge that marks the run meanwhile may have looked for pointers already: then the letter goes at once.
 * @param shard of the run, among whose rows the pointer is noted
 */
export async function keepLetter<Item, Result, Folded>(
  { store, chain }: StepContext<Item, Result, Folded>,
  letter: DeadLetterRow,
  shard = 0,
): Promise<void> {
  const { runId, gen } = letter;
  if (runId === undefined || gen === undefined || !(await isThere({ store }, runId, gen)))
    return await store.insertDeadLetter(letter);
  const key = shardKeyOf({ runId, gen }, chain.work.name, shard);
  await store.insertDeadLetter(letter, key);
  if (!(await isThere({ store }, runId, gen))) await store.deleteDeadLetter(letter, key);
}

/** Whether a generation's run stands. One whose row is broken does, until somebody purges it. */
export async function isThere(
  { store }: { readonly store: Pick<RunStore<never, never, never>, 'readRun'> },
  runId: string,
  gen: string,
): Promise<boolean> {
  try {
    return (await store.readRun(runId))?.value.gen === gen;
  } catch (error) {
    if (isBroken(error)) return true;
    throw error;
  }
}

/** Names a letter that a ledger owes, together with its instant: an item is given up once at a time. As short for any run's id. */
export function owedLetterId({ runId, gen }: Pick<Run, 'runId' | 'gen'>, item: number): string {
  const digest = createHash('sha256').update(runId).digest('base64url').slice(0, 12);
  return `${gen}-${item}-${digest}`;
}
