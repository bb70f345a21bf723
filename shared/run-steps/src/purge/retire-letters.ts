import { stagesOf } from '@tally/chain';
import type { StepContext } from '../context/context.ts';
import { isThere } from '../dead-letters/keep-letter.ts';

/** A pass deletes at most this many of a stage, so that repair doesn't wait for it. */
const MAX_RETIRED = 100;

/**
 * Deletes dead letters that are older than `retentionMs`, as runs that ended so long ago. One about a run that is still there stays: it goes with that.
 * @returns how many
 */
export async function retireLetters<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  retentionMs: number,
): Promise<number> {
  const { store, chain } = context;
  const before = context.now() - retentionMs;
  let deleted = 0;
  for (const { name } of stagesOf(chain)) {
    let retired = 0;
    for await (const letter of store.listDeadLetters(name)) {
      if (letter.at >= before || retired === MAX_RETIRED) break;
      if ('error' in letter && letter.error.isNewer) continue; // a newer Tally retires it
      const { runId, gen } = letter;
      if (runId !== undefined && gen !== undefined && (await isThere(context, runId, gen))) continue;
      if (await store.deleteDeadLetter(letter)) retired += 1;
    }
    deleted += retired;
  }
  return deleted;
}
