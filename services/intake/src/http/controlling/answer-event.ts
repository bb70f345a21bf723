import { misfitsOf, type operations, parseGiven } from '@tally/api';
import type { ChainDefinition, WaitsForEvent } from '@tally/chain';
import { anyJson, isTerminal, type Json } from '@tally/contracts';
import { chainOf, raiseEvent, type StepContext } from '@tally/run-steps';
import { parseJson, readText } from '../body/read-body.ts';
import type { Call } from '../call.ts';
import { invalidRequest, runEnded, runNotFound } from '../errors.ts';
import type { ApiResponse } from '../exchange.ts';
import { findRun } from '../find-run.ts';
import { isApproval } from '../starting/approval.ts';

type EventCall = Call<typeof operations.raiseEvent>;

/**
 * `POST /api/runs/{id}/raiseEvent/{eventName}`. The order of the checks is Durable's: existence, status,
 * media type, JSON. Then comes what the run waits for.
 */
export async function answerEvent(steps: StepContext, call: EventCall): Promise<ApiResponse> {
  const run = await findRun(steps, call.params.id);
  if (isTerminal(run.status)) throw runEnded(run);
  const awaited = waitFor(chainOf(steps.registry, run), call.params.eventName);
  const name = awaited?.event ?? call.params.eventName;
  const value = await readValue(call);
  if (awaited !== null) checkPayload(awaited, value);
  // The reason of an approval without a body is part of its payload.
  const reason = call.query.approved === undefined ? call.query.reason : undefined;
  const raised = await raiseEvent(steps, run.runId, name, value, { reason });
  if (raised === 'not-found') throw runNotFound(run.runId);
  if (typeof raised === 'object') throw invalidRequest([{ field: 'body', message: raised.misfit }], 'InvalidEvent');
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
  return anyJson.parse(parseJson(await readText(request, operation.body)));
}

/** The first event of a name stands, so an event that the run can't use would fail it for good. */
function checkPayload(awaited: WaitsForEvent, value: Json): void {
  const parsed = parseGiven(awaited.payload, value);
  if (parsed.success) return;
  const [misfit] = misfitsOf('body', parsed);
  const message = `the event ${awaited.event} ${misfit?.message ?? 'is not what the run waits for'}`;
  const code = isApproval(awaited) ? 'InvalidVerdict' : 'InvalidEvent';
  throw invalidRequest([{ field: misfit?.field ?? 'body', message }], code);
}

/** Finds the wait of a chain for an event. Event names ignore case, as Durable's do. */
function waitFor(chain: ChainDefinition | undefined, name: string): WaitsForEvent | null {
  for (const node of chain?.nodes ?? []) {
    if (node.kind !== 'wait' || node.until.type !== 'event') continue;
    if (node.until.event.toLowerCase() === name.toLowerCase()) return node.until;
  }
  return null;
}
