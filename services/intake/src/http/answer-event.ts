import type { operations } from '@tally/api';
import { isTerminal, type Json } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { raiseEvent, verdictSchema } from '@tally/run-steps';
import { z } from 'zod';
import type { Call } from './call.ts';
import type { ApiResponse, Steps } from './context.ts';
import { invalidRequest, runEnded, runNotFound } from './errors.ts';
import { findRun } from './find-run.ts';
import { parseJson, readText } from './read-body.ts';

type EventCall = Call<typeof operations.raiseEvent>;

/**
 * `POST /api/runs/{id}/raiseEvent/{eventName}`. The order of the checks is Durable's: existence, status,
 * media type, JSON; then what the run waits for.
 */
export async function answerEvent(steps: Steps, call: EventCall): Promise<ApiResponse> {
  const run = await findRun(steps, call.params.id);
  if (isTerminal(run.status)) throw runEnded(run);
  const name = nameFor(run, call.params.eventName);
  const value = await readValue(call);
  if (name === run.options.gate?.event) checkVerdict(name, value);
  const raised = await raiseEvent(steps, run.runId, name, value);
  if (raised === 'not-found') throw runNotFound(run.runId);
  if (raised === 'ended') throw runEnded(await findRun(steps, run.runId));
  return { status: 202 };
}

async function readValue({ operation, request, query }: EventCall): Promise<Json> {
  const { approved, reason } = query;
  if (approved !== undefined) return reason === undefined ? { approved } : { approved, reason };
  const [mediaType = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    const message = 'Only application/json request content is supported';
    throw invalidRequest([{ field: 'content-type', message }], 'InvalidMediaType');
  }
  return z.json().parse(parseJson(await readText(request, operation.body)));
}

/** The first event of a name stands: one that says neither yes nor no would reject the run for good. */
function checkVerdict(name: string, value: Json): void {
  if (verdictSchema.safeParse(value).success) return;
  const message = `the event ${name} must be true, false, or {"approved": true or false, "reason": a text or nothing}`;
  throw invalidRequest([{ field: 'body', message }], 'InvalidVerdict');
}

/** Names of events ignore case, as Durable's do: the one that the run waits for is known in any. */
function nameFor({ options }: Run, name: string): string {
  const awaited = options.gate?.event;
  return awaited?.toLowerCase() === name.toLowerCase() ? awaited : name;
}
