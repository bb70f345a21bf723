import type { operations, RunStatusBody } from '@tally/api';
import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { chainOf, nodesOf, progressOf, recentCounts, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { etagOf, knows } from '../etags.ts';
import { type ApiResponse, json } from '../exchange.ts';
import { findRun } from '../find-run.ts';
import { LOOK_AGAIN_S } from '../starting/run-uris.ts';
import { historyEvents as historyOf } from './history/history-events.ts';
import { statusBody } from './status-body.ts';

/**
 * `GET /api/runs/{id}`: 202 while the run goes on, 200 when it has ended. The body has the same shape in both
 * cases.
 */
export async function answerStatus(
  steps: StepContext,
  { request, params, query, headers }: Call<typeof operations.getRun>,
): Promise<ApiResponse> {
  const run = await findRun(steps, params.id);
  const body = await readStatus(steps, run, query);
  const response = statusResponse(request.url, run, body, query.returnInternalServerErrorOnFailure === true);
  // Rate and forecast change with the clock.
  const etag = etagOf({ ...body, rate: null, eta: null });
  const isKnown = response.status < 300 && knows(headers['if-none-match'], etag);
  if (!isKnown) return { ...response, headers: { ...response.headers, etag } };
  const { 'content-type': _, ...kept } = response.headers ?? {};
  return { status: 304, headers: { ...kept, etag } };
}

/** The parts of a run's status that are shown. */
export interface StatusView {
  readonly showInput?: boolean | undefined;
  readonly showHistory?: boolean | undefined;
  readonly showHistoryOutput?: boolean | undefined;
}

export async function readStatus(steps: StepContext, run: Run, view: StatusView): Promise<RunStatusBody> {
  const { showInput = true, showHistory = false, showHistoryOutput = false } = view;
  const hasHistory = showHistory && run.status !== 'Pending';
  const chain = chainOf(steps.registry, run);
  const [counts, history, whole] = await Promise.all([
    recentCounts(steps, run),
    hasHistory ? steps.store.readHistory(run.runId) : undefined,
    // Only a known chain says which tasks and outputs to show.
    hasHistory && chain !== undefined ? steps.store.readWhole(run.runId) : null,
  ]);
  const records = whole?.run.generation === run.generation ? whole.records : undefined;
  const historyEvents = history && historyOf(run, history, { chain, records, showInput, showHistoryOutput });
  const progress = progressOf(run, counts, steps.now());
  return statusBody(run, { chain, nodes: nodesOf(steps, run, counts), progress, historyEvents }, showInput);
}

/** @param failureIs500 whether a failed run is answered with 500 */
export function statusResponse(uri: string, run: Run, body: RunStatusBody, failureIs500: boolean): ApiResponse {
  if (!isTerminal(run.status)) return json(202, body, { location: uri, 'retry-after': String(LOOK_AGAIN_S) });
  return json(run.status === 'Failed' && failureIs500 ? 500 : 200, body);
}
