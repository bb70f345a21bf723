import type { CheckStatus } from '@tally/api';
import type { Run } from '@tally/run-state';
import { type ApiRequest, type ApiResponse, json } from '../exchange.ts';

/**
 * Seconds after which a client should check a run that was just started, and one that goes on. The numbers
 * are Durable's.
 */
const LOOK_AFTER_START_S = 10;
export const LOOK_AGAIN_S = 5;

/**
 * Durable puts this into every address. It means nothing here, but clients append `&…` to an address, and
 * some replace these with the name of a hub or a connection.
 */
const HUB = 'taskHub=Tally&connection=Storage';

/**
 * The answer to a start: 202, where to look, and what else can be done. Durable's clients know the names and
 * their order.
 * @param approvalEvent the event that approves or rejects the run; null: it asks for no approval
 * @param failureIs500 whether the status is answered with 500 if the run fails
 */
export function checkStatusResponse(
  request: ApiRequest,
  { runId }: Pick<Run, 'runId'>,
  approvalEvent: string | null,
  failureIs500 = false,
): ApiResponse {
  const uris = runUris(request, runId, approvalEvent, failureIs500);
  return json(202, uris, { location: uris.statusQueryGetUri, 'retry-after': String(LOOK_AFTER_START_S) });
}

/**
 * `{eventName}` and `{text}` are literal: the caller replaces them. The addresses of a verdict are complete.
 */
function runUris(request: ApiRequest, runId: string, approvalEvent: string | null, failureIs500: boolean): CheckStatus {
  const run = `${request.runsUrl}/${encodeURIComponent(runId)}`;
  // The addresses contain the caller's key only if it came in the query.
  const code = request.query.get('code');
  const always = code === null ? HUB : `${HUB}&code=${encodeURIComponent(code)}`;
  const uri = (path: string, parameter = '') => `${run}${path}?${parameter === '' ? '' : `${parameter}&`}${always}`;
  const uris = {
    id: runId,
    statusQueryGetUri: `${uri('')}${failureIs500 ? '&returnInternalServerErrorOnFailure=true' : ''}`,
    sendEventPostUri: uri('/raiseEvent/{eventName}'),
    terminatePostUri: uri('/terminate', 'reason={text}'),
    rewindPostUri: uri('/rewind', 'reason={text}'),
    purgeHistoryDeleteUri: uri(''),
    restartPostUri: uri('/restart'),
    suspendPostUri: uri('/suspend', 'reason={text}'),
    resumePostUri: uri('/resume', 'reason={text}'),
  };
  if (approvalEvent === null) return uris;
  const verdict = `/raiseEvent/${encodeURIComponent(approvalEvent)}`;
  return { ...uris, approvePostUri: uri(verdict, 'approved=true'), rejectPostUri: uri(verdict, 'approved=false') };
}
