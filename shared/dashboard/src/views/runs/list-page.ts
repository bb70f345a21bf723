import type { ListedRun } from '@tally/api';
import { call } from '../../data/call.ts';
import { ifChanged, unchanged } from '../../data/if-changed.ts';
import type { Page } from '../../data/pages.ts';
import { type Filter, listQuery } from './filter.ts';

const TOKEN = 'x-ms-continuation-token';
const PAGE = 50;

/**
 * A page of the runs that match a filter, newest first. It may be short, or empty, and still not be the last.
 */
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
  return { rows: answer.status === 304 ? [] : answer.body, token: answer.headers.get(TOKEN) };
}

/** The first page, as it is polled. */
export interface FirstPage extends Page<ListedRun> {
  readonly etag: string | null;
}

/** Polls the first page. An unchanged page costs one line. */
export async function lookAtFirst(
  filter: Filter,
  now: number,
  before: FirstPage | undefined,
  signal: AbortSignal,
): Promise<FirstPage> {
  const answer = await call('listRuns', {
    query: { ...listQuery(filter, now), showInput: false, top: PAGE },
    signal,
    ...ifChanged(before),
  });
  if (answer.status === 304) return unchanged(before);
  const { headers } = answer;
  return { rows: answer.body, token: headers.get(TOKEN), etag: headers.get('etag') };
}
