import { setTimeout as sleep } from 'node:timers/promises';
import type { operations } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import { IncompleteRunError, restartRun, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { invalidRequest, runExists } from '../errors.ts';
import type { ApiResponse } from '../exchange.ts';
import { readApprovalEvent } from './approval.ts';
import { newRunId, START_PATIENCE_MS, START_PAUSE_MS, startTraced } from './traced-start.ts';
import { answerStarted, checkWaitForm } from './wait-for-end.ts';

/**
 * `POST /api/runs/{id}/restart`: another run of the same items, with a new id or in place of the ended run.
 */
export async function answerRestart(
  steps: StepContext,
  { request, params: { id }, query, headers }: Call<typeof operations.restartRun>,
): Promise<ApiResponse> {
  checkWaitForm(query);
  const newId = (query.restartWithNewInstanceId ?? true) ? newRunId() : null;
  const restarted = await startTraced(steps, newId ?? id, headers.traceparent, (traceparent) =>
    whenStarted(steps, id, () => restartRun(steps, id, { newId, traceparent })),
  );
  switch (restarted.kind) {
    case 'started':
      return await answerStarted(steps, request, restarted.run, query, await readApprovalEvent(steps, restarted.run));
    case 'exists':
      throw runExists(restarted.run);
    case 'not-found':
      throw invalidRequest([{ field: 'id', message: `there is no run with the id "${id}"` }], 'RunNotFound');
  }
}

/** Items of a run that is being started arrive gradually. This waits until all are there. */
async function whenStarted<Result>(steps: StepContext, id: string, restart: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + START_PATIENCE_MS;
  for (;;) {
    try {
      return await restart();
    } catch (error) {
      if (!(error instanceof IncompleteRunError)) throw error;
      if (!error.isStarting) throw incomplete(id, error);
      // Each check costs one read, whatever the size of the run.
      do {
        if (performance.now() > until) throw incomplete(id, error);
        await sleep(START_PAUSE_MS);
      } while (await isStarting(steps, id));
    }
  }
}

async function isStarting({ store }: StepContext, id: string): Promise<boolean> {
  return (await store.readRun(id))?.value.status === 'Pending';
}

function incomplete(id: string, cause: IncompleteRunError): ProblemError {
  const detail = `The items of the run "${id}" are incomplete: its start was interrupted or is still running. Start it with its items.`;
  return new ProblemError(409, { title: 'Run incomplete', code: 'RunIncomplete', detail }, { cause });
}
