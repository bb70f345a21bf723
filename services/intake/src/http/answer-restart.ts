import type { operations } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import { IncompleteRunError, restartRun } from '@tally/run-steps';
import type { Call } from './call.ts';
import type { ApiResponse, Steps } from './context.ts';
import { invalidRequest, runExists } from './errors.ts';
import { newRunId, traceparentOf } from './start-identity.ts';
import { answerStarted, checkWaitForm } from './wait-for-end.ts';

/** `POST /api/runs/{id}/restart`: another run of the same items, with a new id or in place of the ended one. */
export async function answerRestart(
  steps: Steps,
  { request, params: { id }, query, headers }: Call<typeof operations.restartRun>,
): Promise<ApiResponse> {
  checkWaitForm(query);
  const newId = (query.restartWithNewInstanceId ?? true) ? newRunId() : null;
  const restarted = await restartRun(steps, id, { newId, traceparent: traceparentOf(headers.traceparent) }).catch(
    (cause: unknown) => {
      throw cause instanceof IncompleteRunError ? incomplete(id, cause) : cause;
    },
  );
  switch (restarted.kind) {
    case 'started':
      return await answerStarted(steps, request, restarted.run, query);
    case 'exists':
      throw runExists(restarted.run);
    case 'not-found':
      throw invalidRequest([{ field: 'id', message: `there is no run with the id "${id}"` }], 'RunNotFound');
  }
}

function incomplete(id: string, cause: IncompleteRunError): ProblemError {
  const detail = `The items of the run "${id}" are not all there: its start was cut short, or is not through yet. Start it with its items.`;
  return new ProblemError(409, { title: 'Run incomplete', code: 'RunIncomplete', detail }, { cause });
}
