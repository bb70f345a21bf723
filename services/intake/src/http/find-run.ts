import { ProblemError } from '@tally/functions-kit';
import type { Run } from '@tally/run-state';
import type { ApiRequest, Steps } from './context.ts';

/** The run that the path names. @throws ProblemError 404 where there is none */
export async function findRun({ store }: Steps, request: ApiRequest): Promise<Run> {
  const id = request.params['id'] ?? '';
  const row = await store.readRun(id);
  if (row === null)
    throw new ProblemError(404, {
      title: 'Not found',
      code: 'RunNotFound',
      detail: `There is no run with the id "${id}".`,
    });
  return row.value;
}
