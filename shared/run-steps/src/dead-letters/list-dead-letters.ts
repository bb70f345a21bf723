import type { DeadLetterRow, UnreadableLetter } from '@tally/run-store';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { stagesOf } from '../context/registry.ts';
import { decodeToken, encodeToken } from '../read/page-token.ts';

/**
 * A letter whose row can't be read is marked by `error`, so that it is visible and doesn't hide the others.
 */
export type ListedDeadLetter = (DeadLetterRow | UnreadableLetter) & {
  /** Names the letter in a URL. */
  readonly letterId: string;
};

/** Stage, time and id, by which a letter is found. */
const letterIdSchema = z.tuple([z.string(), z.number().int().min(0).max(8.64e15), z.string()]);

/**
 * A page of dead letters, at most `top`: stage by stage in the order of the path, oldest first.
 * @param stage only this stage's
 * @throws InvalidTokenError
 */
export async function listDeadLetters(
  { store, registry }: StepContext,
  { stage, top, token }: { readonly stage?: string | undefined; readonly top: number; readonly token: string | null },
): Promise<{ readonly letters: readonly ListedDeadLetter[]; readonly token: string | null }> {
  const last = token === null ? null : parseLetterId(token);
  const stages = stagesOf(registry).map(({ name }) => name);
  const wanted = stages.filter((name) => stage === undefined || name === stage);
  const begun = last === null ? wanted : wanted.slice(Math.max(0, wanted.indexOf(last.stage)));
  const letters: ListedDeadLetter[] = [];
  for (const name of begun) {
    const after = last?.stage === name ? last : undefined;
    // One more than the page holds shows whether there is a next page.
    const part = { after, limit: top + 1 - letters.length };
    for await (const letter of store.listDeadLetters(name, part)) {
      if (letters.length === top) return { letters, token: letters.at(-1)?.letterId ?? null };
      letters.push({ ...letter, letterId: letterIdOf(letter) });
    }
  }
  return { letters, token: null };
}

function letterIdOf({ stage, at, id }: Pick<DeadLetterRow, 'stage' | 'at' | 'id'>): string {
  return encodeToken([stage, at, id]);
}

/** @throws InvalidTokenError */
export function parseLetterId(letterId: string): Pick<DeadLetterRow, 'stage' | 'at' | 'id'> {
  const [stage, at, id] = decodeToken(letterIdSchema, letterId);
  return { stage, at, id };
}
