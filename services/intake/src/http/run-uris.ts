import type { ApiRequest, ApiResponse } from './context.ts';

/** Seconds after which a client should look at a run that was just started, and at one that goes on: Durable's own numbers. */
const LOOK_AFTER_START_S = 10;
export const LOOK_AGAIN_S = 5;

/** The answer to a start: 202, where to look, and what else can be done. Names and order are those that Durable's clients know. */
export function checkStatusResponse(request: ApiRequest, id: string): ApiResponse {
  const uris = runUris(request, id);
  return {
    status: 202,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      location: uris.statusQueryGetUri,
      'retry-after': String(LOOK_AFTER_START_S),
    },
    jsonBody: uris,
  };
}

/** `{eventName}` and `{text}` stand there literally: the caller replaces them. */
function runUris(request: ApiRequest, id: string) {
  const { origin } = new URL(request.url);
  const run = `${origin}/api/runs/${encodeURIComponent(id)}`;
  // The caller's key goes along only where the caller used one in the query.
  const code = request.query.get('code');
  const uri = (path: string, reason = '') => {
    const query = [reason, code === null ? '' : `code=${encodeURIComponent(code)}`]
      .filter((part) => part !== '')
      .join('&');
    return `${run}${path}${query === '' ? '' : `?${query}`}`;
  };
  return {
    id,
    statusQueryGetUri: uri(''),
    sendEventPostUri: uri('/raiseEvent/{eventName}'),
    terminatePostUri: uri('/terminate', 'reason={text}'),
    rewindPostUri: uri('/rewind', 'reason={text}'),
    purgeHistoryDeleteUri: uri(''),
    restartPostUri: uri('/restart'),
    suspendPostUri: uri('/suspend', 'reason={text}'),
    resumePostUri: uri('/resume', 'reason={text}'),
  };
}
