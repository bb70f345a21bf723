import type { Item, ItemsPage, operations } from '@tally/api';
import type { Faces } from '@tally/chain';
import { isTerminal } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { type ItemPage, type ItemPosition, listItems } from '@tally/run-steps';
import { z } from 'zod';
import type { Call } from './call.ts';
import { type ApiResponse, json, type Steps } from './context.ts';
import { invalidToken } from './errors.ts';
import { findRun } from './find-run.ts';

const TOP_DEFAULT = 100;
/** With a filter a page looks through this many pages of items at most, and may then be short. */
const PAGES_MAX = 10;

/** A place in the items: shard, chunk, offset. */
const tokenSchema = z
  .string()
  .regex(/^\d{1,3}\.\d{1,7}\.\d{1,3}$/)
  .transform((text) => text.split('.').map(Number))
  .transform(([shard = 0, chunk = 0, offset = 0]): ItemPosition => ({ shard, chunk, offset }));

/** `GET /api/runs/{id}/items`: a page of the run's items with what became of each. */
export async function answerItems(
  steps: Steps,
  { params, query }: Call<typeof operations.listItems>,
): Promise<ApiResponse> {
  const token = tokenSchema.safeParse(query.continuationToken ?? '0.0.0');
  if (!token.success) throw invalidToken('continuationToken');
  const run = await findRun(steps, params.id);
  const top = query.top ?? TOP_DEFAULT;
  const items: Item[] = [];
  let next: ItemPosition | null = token.data;
  for (let pages = 0; next !== null && items.length < top && pages < PAGES_MAX; pages += 1) {
    const page: ItemPage<string, Faces> = await listItems(steps, run, next, top - items.length);
    items.push(...page.items.map((listed) => itemOf(run, listed)).filter((item) => isWanted(item, query.status)));
    next = page.next;
  }
  const continuationToken = next === null ? null : `${next.shard}.${next.chunk}.${next.offset}`;
  return json(200, { items, continuationToken } satisfies ItemsPage);
}

function itemOf(run: Run, listed: ItemPage<string, Faces>['items'][number]): Item {
  const { index } = listed;
  if ('error' in listed) {
    const { code, message } = listed.error;
    return { index, url: '', status: 'failed', error: { code, message }, durationMs: 0 };
  }
  const { item: url, outcome } = listed;
  if (outcome === null) return { index, url, status: isTerminal(run.status) ? 'aborted' : null };
  const { durationMs } = outcome;
  return outcome.status === 'succeeded'
    ? { index, url, status: 'succeeded', result: outcome.result, durationMs }
    : { index, url, status: 'failed', error: outcome.error, durationMs };
}

function isWanted({ status }: Item, wanted: Call<typeof operations.listItems>['query']['status']): boolean {
  return wanted === undefined || (status ?? 'pending') === wanted;
}
