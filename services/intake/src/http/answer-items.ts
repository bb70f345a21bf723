import { ProblemError } from '@tally/functions-kit';
import { listItems } from '@tally/run-steps';
import { z } from 'zod';
import type { ApiRequest, ApiResponse, Steps } from './context.ts';
import { findRun } from './find-run.ts';

const TOP_MAX = 1_000;
const topSchema = z.coerce.number().int().min(1).max(TOP_MAX).default(100);
/** A place in the items: shard, chunk, offset. */
const tokenSchema = z
  .string()
  .regex(/^\d{1,3}\.\d{1,7}\.\d{1,3}$/)
  .transform((text) => text.split('.').map(Number))
  .transform(([shard = 0, chunk = 0, offset = 0]) => ({ shard, chunk, offset }));

/** `GET /api/runs/{id}/items`: a page of the run's items with what became of each. */
export async function answerItems(steps: Steps, request: ApiRequest): Promise<ApiResponse> {
  const top = topSchema.safeParse(request.query.get('top') ?? undefined);
  if (!top.success) throw badQuery('top', `must be a whole number from 1 to ${TOP_MAX}`, TOP_MAX);
  const token = tokenSchema.safeParse(request.query.get('continuationToken') ?? '0.0.0');
  if (!token.success) throw badQuery('continuationToken', 'must be one that a page has brought');
  const run = await findRun(steps, request);
  const page = await listItems(steps, run, token.data, top.data);
  const items = page.items.map(({ index, item, outcome }) => ({ index, url: item, ...(outcome ?? { status: null }) }));
  const continuationToken = page.next === null ? null : `${page.next.shard}.${page.next.chunk}.${page.next.offset}`;
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    jsonBody: { items, continuationToken },
  };
}

function badQuery(field: string, message: string, limit?: number): ProblemError {
  const errors = [{ field, message, limit }];
  return new ProblemError(400, {
    title: 'Invalid request',
    code: 'InvalidRequest',
    detail: `${field}: ${message}`,
    errors,
  });
}
