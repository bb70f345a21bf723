import type { Run } from '@tally/run-state';
import type { StepContext } from '@tally/run-steps';
import { runNotFound } from './errors.ts';

/** @throws ProblemError 404 when there is none */
export async function findRun({ store }: StepContext, id: string): Promise<Run> {
  const row = await store.readRun(id);
  if (row === null) throw runNotFound(id);
  return row.value;
}
