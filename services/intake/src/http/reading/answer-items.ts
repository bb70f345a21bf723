import type { Item, ItemsPage, operations } from '@tally/api';
import { isTerminal } from '@tally/contracts';
import { ProblemError } from '@tally/functions-kit';
import { type MapView, mapViewsOf, type Run } from '@tally/run-state';
import { chainOf, type ItemPage, type ItemPosition, listItems, type StepContext } from '@tally/run-steps';
import * as z from 'zod';
import type { Call } from '../call.ts';
import { invalidToken } from '../errors.ts';
import { type ApiResponse, json } from '../exchange.ts';
import { findRun } from '../find-run.ts';
import { itemNameOf } from './item-name.ts';

const TOP_DEFAULT = 100;

/** A position in the items: shard, chunk, offset. */
const tokenSchema = z
  .string()
  .regex(/^\d{1,3}\.\d{1,7}\.\d{1,3}$/)
  .transform((text) => text.split('.').map(Number))
  .transform(([shard = 0, chunk = 0, offset = 0]): ItemPosition => ({ shard, chunk, offset }));

/** `GET /api/runs/{id}/items`: a page of a map node's items with their outcomes. */
export async function answerItems(
  steps: StepContext,
  { params, query }: Call<typeof operations.listItems>,
): Promise<ApiResponse> {
  const token = tokenSchema.safeParse(query.continuationToken ?? '0.0.0');
  if (!token.success) throw invalidToken('continuationToken');
  const run = await findRun(steps, params.id);
  const { view, itemName } = nodeFor(steps, run, query.node);
  const top = query.top ?? TOP_DEFAULT;
  // A node that isn't due yet has no items.
  if (view === undefined) return json(200, { items: [], continuationToken: null } satisfies ItemsPage);
  const { status } = query;
  const told = (listed: ItemPage['items'][number]): Item => itemOf(view, itemName, listed);
  const isWanted =
    status === undefined
      ? undefined
      : (listed: ItemPage['items'][number]) => (told(listed).status ?? 'pending') === status;
  const page = await listItems(steps, run, view, { from: token.data, top, isWanted });
  const { next } = page;
  const items = page.items.map(told);
  const continuationToken = next === null ? null : `${next.shard}.${next.chunk}.${next.offset}`;
  return json(200, { items, continuationToken } satisfies ItemsPage);
}

interface NodeItems {
  readonly view: MapView | undefined;
  /** The field that holds an item. */
  readonly itemName: string;
}

/**
 * Finds the map node of that name, or the first without a name.
 * @throws ProblemError 404 that lists the map nodes
 */
function nodeFor({ registry }: StepContext, run: Run, wanted: string | undefined): NodeItems {
  const views = mapViewsOf(run);
  const chain = chainOf(registry, run);
  const known = chain?.nodes.flatMap((node) => (node.kind === 'map' ? [node] : []));
  const names = known?.map((node) => node.name) ?? views.map(({ node }) => node);
  const [first] = names;
  const name = wanted ?? first;
  if (name === undefined || !names.includes(name)) throw nodeNotFound(run, wanted, names);
  const column = known?.find((node) => node.name === name)?.column ?? '';
  return { view: views.find(({ node }) => node === name), itemName: itemNameOf(column) };
}

function nodeNotFound({ runId }: Run, wanted: string | undefined, names: readonly string[]): ProblemError {
  const there = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const what = wanted === undefined ? 'no map node' : `no map node "${wanted}"`;
  const detail = `The run "${runId}" has ${what}${wanted === undefined ? ', so it has no items' : `: ${there}`}.`;
  return new ProblemError(404, { title: 'Not found', code: 'NodeNotFound', detail });
}

function itemOf({ status }: MapView, itemName: string, listed: ItemPage['items'][number]): Item {
  const { index } = listed;
  if ('error' in listed) {
    const { code, message } = listed.error;
    return { index, [itemName]: '', status: 'failed', error: { code, message }, durationMs: 0 };
  }
  const { item, outcome } = listed;
  if (outcome === null) return { index, [itemName]: item, status: isTerminal(status) ? 'aborted' : null };
  const { durationMs } = outcome;
  return outcome.status === 'succeeded'
    ? { index, [itemName]: item, status: 'succeeded', result: outcome.result, durationMs }
    : { index, [itemName]: item, status: 'failed', error: outcome.error, durationMs };
}
