import type { StepContext } from '../context/context.ts';
import { stagesOf } from '../context/registry.ts';
import { isThere } from '../dead-letters/keep-letter.ts';

/** A pass deletes at most this many of a stage, so that repair doesn't wait for it. */
const MAX_RETIRED = 100;

/**
 * Deletes dead letters that are older than `retentionMs`, as runs that ended so long ago. One about a run that is still there stays: it goes with that.
 * @returns how many
 */
export async function retireLetters(context: StepContext, retentionMs: number): Promise<number> {
  const { store, registry } = context;
  const before = context.now() - retentionMs;
  let deleted = 0;
  for (const { name } of stagesOf(registry)) {
    let retired = 0;
    for await (const letter of store.listDeadLetters(name)) {
      if (letter.at >= before || retired === MAX_RETIRED) break;
      if ('error' in letter && letter.error.isOfAnotherVersion) continue; // a Tally of that version retires it
      const { runId, gen } = letter;
      if (runId !== undefined && gen !== undefined && (await isThere(context, runId, gen))) continue;
      if (await store.deleteDeadLetter(letter)) retired += 1;
    }
    deleted += retired;
  }
  return deleted;
}
