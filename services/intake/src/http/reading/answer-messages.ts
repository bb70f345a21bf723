import type { operations, PeekedBody } from '@tally/api';
import { peekMessages, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { type ApiResponse, json } from '../exchange.ts';
import { findRun } from '../find-run.ts';

/** `GET /api/runs/{id}/messages`: messages of the run that are in queues. */
export async function answerMessages(
  steps: StepContext,
  { params: { id } }: Call<typeof operations.peekMessages>,
): Promise<ApiResponse> {
  const { messages, isWhole } = await peekMessages(steps, await findRun(steps, id));
  const told = messages.map(({ queue, text, insertedAt, deliveries }) => ({
    queue,
    text,
    insertedTime: new Date(insertedAt).toISOString(),
    dequeueCount: deliveries,
  }));
  return json(200, { messages: told, isWhole } satisfies PeekedBody);
}
