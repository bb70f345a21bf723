import type { ListedRun } from '@tally/api';
import type { Request } from '../../data/call.ts';

export const STATUSES = ['Pending', 'Running', 'Suspended', 'Completed', 'Failed', 'Terminated'] as const;

/** Time spans that a click selects, in milliseconds. */
export const SPANS = { '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;
export type Span = keyof typeof SPANS;

/** Selects the runs in the list. It is part of the address, so that a view can be shared. */
export interface Filter {
  readonly statuses: readonly ListedRun['runtimeStatus'][];
  readonly chain: string;
  readonly prefix: string;
  /** Created within this time; empty: any time. `from` and `to` take precedence. */
  readonly span: Span | '';
  /** In ISO 8601; empty: no bound. */
  readonly from: string;
  readonly to: string;
}

export function readFilter(query: URLSearchParams): Filter {
  const named = (query.get('status') ?? '').split(',');
  const span = query.get('span') ?? '';
  return {
    statuses: STATUSES.filter((status) => named.includes(status)),
    chain: query.get('chain') ?? '',
    prefix: query.get('id') ?? '',
    span: isSpan(span) ? span : '',
    from: instantOf(query.get('from')),
    to: instantOf(query.get('to')),
  };
}

function isSpan(text: string): text is Span {
  return Object.hasOwn(SPANS, text);
}

function instantOf(text: string | null): string {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
}

/** The changes to the address for this part of a filter. */
export function queryOf(change: Partial<Filter>): Record<string, string | undefined> {
  const { statuses, chain, prefix, span, from, to } = change;
  return {
    ...(statuses !== undefined && { status: statuses.join(',') }),
    ...(chain !== undefined && { chain }),
    ...(prefix !== undefined && { id: prefix }),
    ...(span !== undefined && { span }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** The time range of the filter, in milliseconds since 1970; `from` is undefined when it has no beginning. */
export function timesOf(
  { span, from, to }: Filter,
  now: number,
): { readonly from: number | undefined; readonly to: number } {
  const start = from !== '' ? Date.parse(from) : span !== '' ? now - SPANS[span] : undefined;
  return { from: start, to: to === '' ? now : Date.parse(to) };
}

/** The filter as a query of the list. */
export function listQuery(filter: Filter, now: number): NonNullable<Request<'listRuns'>['query']> {
  const { from } = timesOf(filter, now);
  return {
    ...(filter.statuses.length > 0 && { runtimeStatus: [...filter.statuses] }),
    ...(filter.chain !== '' && { chain: filter.chain }),
    ...(filter.prefix !== '' && { instanceIdPrefix: filter.prefix }),
    ...(from !== undefined && { createdTimeFrom: new Date(from).toISOString() }),
    ...(filter.to !== '' && { createdTimeTo: filter.to }),
  };
}

export function isFiltered({ statuses, chain, prefix, span, from, to }: Filter): boolean {
  return statuses.length > 0 || [chain, prefix, span, from, to].some((text) => text !== '');
}
