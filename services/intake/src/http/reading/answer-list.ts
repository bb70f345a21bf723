import { type operations, TOKEN_HEADER } from '@tally/api';
import { listRuns, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { etagOf, knows } from '../etags.ts';
import { type ApiResponse, json } from '../exchange.ts';
import { listedRun, unreadableRun } from './status-body.ts';

const TOP_DEFAULT = 100;

/** `GET /api/runs`: a page of runs, newest first. */
export async function answerList(
  steps: StepContext,
  { query, headers }: Call<typeof operations.listRuns>,
): Promise<ApiResponse> {
  // The filter named statuses, but none that a run can have.
  if (query.runtimeStatus?.length === 0) return json(200, [], { etag: etagOf([]) });
  const { runs, token } = await listRuns(steps, {
    idPrefix: query.instanceIdPrefix,
    createdFrom: instantOf(query.createdTimeFrom),
    createdTo: instantOf(query.createdTimeTo),
    statuses: query.runtimeStatus,
    top: query.top ?? TOP_DEFAULT,
    token: headers[TOKEN_HEADER] ?? null,
  });
  const chain = query.chain?.toLowerCase();
  const wanted = runs.filter(({ name }) => chain === undefined || name.toLowerCase() === chain);
  const body = wanted.map((run) =>
    'unreadable' in run ? unreadableRun(run) : listedRun(run, query.showInput ?? true),
  );
  const etag = etagOf([body, token]);
  const kept = { etag, ...(token !== null && { [TOKEN_HEADER]: token }) };
  return knows(headers['if-none-match'], etag) ? { status: 304, headers: kept } : json(200, body, kept);
}

function instantOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
