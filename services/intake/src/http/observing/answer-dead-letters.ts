import type { DeadLetter, DeadLettersPage, operations } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import {
  discardDeadLetter,
  InvalidTokenError,
  type ListedDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
  type StepContext,
} from '@tally/run-steps';
import type { Call } from '../call.ts';
import { type ApiResponse, json } from '../exchange.ts';

const TOP_DEFAULT = 100;

/** `GET /api/dead-letters`: a page of messages that could not be processed. */
export async function answerDeadLetters(
  steps: StepContext,
  { query: { stage, top = TOP_DEFAULT, continuationToken } }: Call<typeof operations.listDeadLetters>,
): Promise<ApiResponse> {
  const { letters, token } = await listDeadLetters(steps, { stage, top, token: continuationToken ?? null });
  return json(200, { deadLetters: letters.map(shown), continuationToken: token } satisfies DeadLettersPage);
}

/** `POST /api/dead-letters/{id}/redrive`: sends a dead letter through again. */
export async function answerRedrive(
  steps: StepContext,
  { params: { id } }: Call<typeof operations.redriveDeadLetter>,
): Promise<ApiResponse> {
  const outcome = await redriveDeadLetter(steps, id).catch(unknownLetter);
  if (outcome === 'not-found') throw letterNotFound();
  if (outcome === 'sent' || outcome === 'rewound') return json(202, { outcome });
  const detail = `The dead letter can't be sent again: ${outcome.refused}.`;
  throw new ProblemError(409, { title: 'Redrive refused', code: 'RedriveRefused', detail });
}

/** `DELETE /api/dead-letters/{id}`. */
export async function answerDiscard(
  steps: StepContext,
  { params: { id } }: Call<typeof operations.discardDeadLetter>,
): Promise<ApiResponse> {
  const outcome = await discardDeadLetter(steps, id).catch(unknownLetter);
  if (outcome === 'not-found') throw letterNotFound();
  return { status: 204 };
}

function shown(letter: ListedDeadLetter): DeadLetter {
  const time = new Date(letter.at).toISOString();
  if ('error' in letter) return unreadable(letter, time);
  const { letterId, stage, sourceQueue, body, reason, dequeueCount, runId, items } = letter;
  const about = { runId: runId ?? null, items: items === undefined ? null : [...items] };
  return { id: letterId, stage, time, sourceQueue, body, reason, dequeueCount, ...about };
}

/** A message that can't be read is not shown. The mark says which column prevents that. */
function unreadable(
  { letterId, stage, sourceQueue, runId, error }: Extract<ListedDeadLetter, { error: unknown }>,
  time: string,
): DeadLetter {
  const { code, message, place, column } = error;
  const known = { id: letterId, stage, time, sourceQueue, body: '', reason: `${code}: ${message}` };
  return { ...known, dequeueCount: 0, runId: runId ?? null, items: null, unreadable: { code, ...place, column } };
}

/** An id that was never issued names no letter. */
function unknownLetter(error: unknown): 'not-found' {
  if (error instanceof InvalidTokenError) return 'not-found';
  throw error;
}

function letterNotFound(): ProblemError {
  const detail = 'There is no such dead letter; it may have been sent again or discarded.';
  return new ProblemError(404, { title: 'Not found', code: 'DeadLetterNotFound', detail });
}
