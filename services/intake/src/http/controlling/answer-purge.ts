import type { operations } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import { purgeRun, purgeRuns, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { runNotFound } from '../errors.ts';
import { type ApiResponse, json } from '../exchange.ts';

/** `DELETE /api/runs/{id}`: deletes everything kept for an ended run. */
export async function answerPurge(
  steps: StepContext,
  { params: { id } }: Call<typeof operations.purgeRun>,
): Promise<ApiResponse> {
  const purged = await purgeRun(steps, id);
  if (purged === 'purged') return json(200, { instancesDeleted: 1 });
  if (purged === 'not-found') throw runNotFound(id);
  const detail = `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${id} has status ${purged.notEnded}`;
  throw new ProblemError(412, { title: 'Run lives', code: 'RunNotEnded', detail });
}

/** `DELETE /api/runs`: deletes ended runs by their time of creation, as many as one request has time for. */
export async function answerPurgeMany(
  steps: StepContext,
  { query }: Call<typeof operations.purgeRuns>,
): Promise<ApiResponse> {
  // The filter named statuses, but none that a run can have.
  if (query.runtimeStatus?.length === 0) throw nothingToPurge();
  const { deleted, token } = await purgeRuns(steps, {
    createdFrom: Date.parse(query.createdTimeFrom),
    createdTo: query.createdTimeTo === undefined ? steps.now() : Date.parse(query.createdTimeTo),
    statuses: query.runtimeStatus,
    token: query.continuationToken ?? null,
  });
  if (token !== null) return json(200, { instancesDeleted: deleted, isComplete: false, continuationToken: token });
  // The last of several calls may find none. Durable answers 404 only to a single call.
  if (deleted > 0 || query.continuationToken !== undefined)
    return json(200, { instancesDeleted: deleted, isComplete: true });
  throw nothingToPurge();
}

function nothingToPurge(): ProblemError {
  const detail = 'No ended run matches the statuses and the time.';
  return new ProblemError(404, { title: 'Not found', code: 'NothingToPurge', detail });
}
