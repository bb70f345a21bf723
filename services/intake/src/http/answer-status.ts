import { isTerminal, type Json } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { type RunCounts, readCounts } from '@tally/run-steps';
import type { ApiRequest, ApiResponse, Steps } from './context.ts';
import { findRun } from './find-run.ts';
import { LOOK_AGAIN_S } from './run-uris.ts';

/** `GET /api/runs/{id}`: 202 while the run goes on, 200 when it has ended; the body has the same shape in both. */
export async function answerStatus(steps: Steps, request: ApiRequest): Promise<ApiResponse> {
  const run = await findRun(steps, request);
  const jsonBody = statusBody(run, await readCounts(steps, run));
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  if (isTerminal(run.status)) return { status: 200, headers, jsonBody };
  return { status: 202, headers: { ...headers, location: request.url, 'retry-after': String(LOOK_AGAIN_S) }, jsonBody };
}

function statusBody(run: Run, counts: RunCounts) {
  return {
    name: run.name,
    instanceId: run.runId,
    runtimeStatus: run.status,
    input: run.input,
    customStatus: run.customStatus,
    output: outputOf(run),
    createdTime: seconds(run.createdAt),
    lastUpdatedTime: seconds(run.updatedAt),
    counts,
  };
}

/** A completed run's result, a failed one's error, a terminated one's reason. */
function outputOf(run: Run): Json {
  switch (run.status) {
    case 'Completed':
      return run.output;
    case 'Failed':
      return { code: run.error.code, message: run.error.message };
    case 'Terminated':
      return run.reason;
    case 'Pending':
    case 'Running':
    case 'Suspended':
      return null;
  }
}

/** UTC with a precision of seconds, as Durable writes times. */
function seconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
