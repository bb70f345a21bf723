import type { DeadLetterKey, DeadLetterRow, UnreadableLetter } from '@tally/run-store';
import { isThere } from '../commit/keep-letter.ts';
import type { StepContext } from '../context/context.ts';
import { passOverRows } from '../context/pass-over-rows.ts';
import { stagesOf } from '../context/registry.ts';
import { type OnFailed, PURGES_AT_ONCE } from './purge-run.ts';

type Letter = DeadLetterRow | UnreadableLetter;

/**
 * Deletes dead letters that are older than `retentionMs`, the same age at which ended runs go. A letter about
 * a run that still exists stays: it is deleted with the run.
 * @param budgetMs for each stage
 * @returns whether there was time for all; the next call goes on with the others
 */
export async function retireLetters(
  context: StepContext,
  retentionMs: number,
  budgetMs: number,
  onFailed: OnFailed,
): Promise<boolean> {
  const before = context.now() - retentionMs;
  const rounds = stagesOf(context.registry).map(({ name: stage }) =>
    passOverRows(context, {
      ...{ name: `letters:${stage}`, budgetMs, atOnce: PURGES_AT_ONCE },
      list: (after) => lettersBefore(context, stage, before, after),
      placeOf: ({ at, id }) => `${at} ${id}`,
      work: async (letter) => {
        try {
          await retireLetter(context, letter);
        } catch (error) {
          onFailed(letter.runId ?? '', error);
        }
      },
    }),
  );
  return (await Promise.all(rounds)).every((isWhole) => isWhole);
}

async function* lettersBefore(
  { store }: StepContext,
  stage: string,
  before: number,
  place: string | undefined,
): AsyncGenerator<Letter, void> {
  for await (const letter of store.listDeadLetters(stage, { after: placeAfter(place) })) {
    if (letter.at >= before) return;
    yield letter;
  }
}

function placeAfter(place: string | undefined): DeadLetterKey | undefined {
  if (place === undefined) return undefined;
  const end = place.indexOf(' ');
  return { at: Number(place.slice(0, end)), id: place.slice(end + 1) };
}

async function retireLetter(context: StepContext, letter: Letter): Promise<void> {
  if ('error' in letter && letter.error.isOfAnotherVersion) return; // a Tally of that version retires it
  const { runId, generation } = letter;
  if (runId !== undefined && generation !== undefined && (await isThere(context, runId, generation))) return;
  await context.store.deleteDeadLetter(letter);
}
