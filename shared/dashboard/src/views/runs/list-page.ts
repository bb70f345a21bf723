import type { ListedRun } from '@tally/api';
import { call } from '../../data/call.ts';
import type { Page } from '../../data/pages.ts';
import { type Filter, listQuery } from './filter.ts';

const TOKEN = 'x-ms-continuation-token';
const PAGE = 50;

/** A page of the runs that a filter lets through, newest first; it may be short, or empty, and not be the last. */
export async function runsPage(
  filter: Filter,
  now: number,
  token: string | null,
  signal?: AbortSignal,
  top = PAGE,
): Promise<Page<ListedRun>> {
  const answer = await call('listRuns', {
    query: { ...listQuery(filter, now), showInput: false, top },
    ...(token !== null && { headers: { [TOKEN]: token } }),
    ...(signal !== undefined && { signal }),
  });
  return { rows: answer.body, token: answer.headers.get(TOKEN) };
}
