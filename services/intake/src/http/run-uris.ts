import type { CheckStatus } from '@tally/api';
import type { Run } from '@tally/run-state';
import { type ApiRequest, type ApiResponse, json } from './context.ts';

/** Seconds after which a client should look at a run that was just started, and at one that goes on: Durable's own numbers. */
const LOOK_AFTER_START_S = 10;
export const LOOK_AGAIN_S = 5;

/**
 * The answer to a start: 202, where to look, and what else can be done. Names and order are those that Durable's clients know.
 * @param failureIs500 whether the status is to be answered with 500 if the run fails
 */
export function checkStatusResponse(
  request: ApiRequest,
  run: Pick<Run, 'runId' | 'options'>,
  failureIs500 = false,
): ApiResponse {
  const uris = runUris(request, run, failureIs500);
  return json(202, uris, { location: uris.statusQueryGetUri, 'retry-after': String(LOOK_AFTER_START_S) });
}

/** `{eventName}` and `{text}` stand there literally: the caller replaces them. The addresses of a verdict are ready. */
function runUris(
  request: ApiRequest,
  { runId, options }: Pick<Run, 'runId' | 'options'>,
  failureIs500: boolean,
): CheckStatus {
  const { origin } = new URL(request.url);
  const run = `${origin}/api/runs/${encodeURIComponent(runId)}`;
  // The caller's key goes along only where the caller used one in the query.
  const code = request.query.get('code');
  const uri = (path: string, parameter = '') => {
    const query = [parameter, code === null ? '' : `code=${encodeURIComponent(code)}`].filter((part) => part !== '');
    return `${run}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  };
  const uris = {
    id: runId,
    statusQueryGetUri: uri('', failureIs500 ? 'returnInternalServerErrorOnFailure=true' : ''),
    sendEventPostUri: uri('/raiseEvent/{eventName}'),
    terminatePostUri: uri('/terminate', 'reason={text}'),
    rewindPostUri: uri('/rewind', 'reason={text}'),
    purgeHistoryDeleteUri: uri(''),
    restartPostUri: uri('/restart'),
    suspendPostUri: uri('/suspend', 'reason={text}'),
    resumePostUri: uri('/resume', 'reason={text}'),
  };
  if (options.gate === undefined) return uris;
  const verdict = `/raiseEvent/${encodeURIComponent(options.gate.event)}`;
  return { ...uris, approvePostUri: uri(verdict, 'approved=true'), rejectPostUri: uri(verdict, 'approved=false') };
}
