import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from './caller-guard.ts';
import type { AppFunction } from './function-registry.ts';
import { answerEmpty, requestUrl } from './http-trigger.ts';
import type { TimerTrigger } from './timer-trigger.ts';

/** What the admin endpoints show and do. */
export interface Administration {
  readonly app: string;
  readonly functions: readonly AppFunction[];
  readonly timers: readonly TimerTrigger[];
  readonly state: () => 'Running' | 'Stopping';
  /** Id of the process in which the functions run. Undefined while that process is being restarted. */
  readonly workerPid: () => number | undefined;
}

/**
 * Answers `GET /admin/host/status`, and `POST /admin/functions/<name>`, which runs a timer function once. The
 * official host asks for the master key here. This host answers only loopback callers that call it by a
 * loopback address. So no web page can reach it through its own host name.
 *
 * @returns false if the path is not an admin path
 */
export function handleAdminRequest(
  administration: Administration,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const path = requestUrl(request)?.pathname.toLowerCase() ?? '';
  if (!path.startsWith('/admin/')) return false;
  if (!isLoopback(request.socket.remoteAddress) || !isLoopback(requestUrl(request)?.hostname)) {
    answerEmpty(response, 403);
  } else if (request.method === 'GET' && path === '/admin/host/status') {
    showStatus(administration, response);
  } else if (request.method === 'POST' && path.startsWith('/admin/functions/')) {
    // A web page can't send this type to another origin without a preflight request, which is never granted.
    if (!request.headers['content-type']?.startsWith('application/json')) answerEmpty(response, 415);
    else runTimer(administration, path.slice('/admin/functions/'.length), response);
    request.resume();
  } else {
    answerEmpty(response, 404);
  }
  return true;
}

function showStatus({ app, functions, state, workerPid }: Administration, response: ServerResponse): void {
  const list = functions.map(({ name, trigger }) => ({ name, trigger }));
  response.setHeader('content-type', 'application/json');
  const processes = { processId: process.pid, workerProcessId: workerPid() ?? null };
  response.end(JSON.stringify({ id: app, state: state(), ...processes, functions: list }));
}

function runTimer({ timers }: Administration, name: string, response: ServerResponse): void {
  const timer = timers.find((candidate) => candidate.name.toLowerCase() === name);
  if (timer !== undefined) void timer.runOnce();
  answerEmpty(response, timer === undefined ? 404 : 202);
}
