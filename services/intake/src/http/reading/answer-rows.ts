import type { operations, RowsPage } from '@tally/api';
import { listRows, type StepContext } from '@tally/run-steps';
import type { Call } from '../call.ts';
import { runNotFound } from '../errors.ts';
import { type ApiResponse, json } from '../exchange.ts';

const TOP_DEFAULT = 100;

/** `GET /api/runs/{id}/rows`: a page of the rows kept for a run, unchanged. */
export async function answerRows(
  steps: StepContext,
  { params: { id }, query: { top = TOP_DEFAULT, continuationToken } }: Call<typeof operations.listRows>,
): Promise<ApiResponse> {
  const { rows, token } = await listRows(steps, id, { top, token: continuationToken ?? null });
  // A run without rows has no first page.
  if (rows.length === 0 && continuationToken === undefined) throw runNotFound(id);
  const told = rows.map(({ partitionKey, rowKey, cells }) => ({ partitionKey, rowKey, columns: { ...cells } }));
  return json(200, { rows: told, continuationToken: token } satisfies RowsPage);
}
