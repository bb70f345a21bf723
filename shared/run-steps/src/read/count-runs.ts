import { dayOf } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './list-runs.ts';

export interface CountQuery {
  /**
   * Milliseconds since 1970, both included. Without a beginning: the day of the first run, at most thirty
   * days back.
   */
  readonly createdFrom?: number | undefined;
  readonly createdTo: number;
  /** How many parts the time is divided into. */
  readonly buckets: number;
}

export interface RunCountsOverTime {
  readonly from: number;
  readonly bucketMs: number;
  readonly counts: readonly number[];
  /** Earlier runs have not been counted. */
  readonly countedFrom: number;
}

/** One count reads at most this many days and lines, the newest first: some fifty requests. */
const MAX_DAYS = 400;
const MAX_LINES = 50_000;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** How many runs were created over time, by the lines of the listing. It reads no run row. */
export async function countRuns({ store }: StepContext, query: CountQuery): Promise<RunCountsOverTime> {
  const to = Math.min(LAST_INSTANT, Math.max(query.createdTo, FIRST_INSTANT));
  const from = Math.min(Math.max(FIRST_INSTANT, query.createdFrom ?? (await firstDay(store, to))), to);
  // Both ends are included.
  const bucketMs = Math.max(1, (to - from + 1) / query.buckets);
  const counts = Array.from({ length: query.buckets }, () => 0);
  let [days, lines] = [0, 0];
  for await (const day of store.listDays({ from: dayOf(from), to: dayOf(to) })) {
    if (days === MAX_DAYS) return { from, bucketMs, counts, countedFrom: endOfDay(day) };
    days += 1;
    for await (const { createdAt } of store.listDay(day, {
      createdFrom: from,
      createdTo: to,
      limit: MAX_LINES + 1 - lines,
    })) {
      if (lines === MAX_LINES) return { from, bucketMs, counts, countedFrom: createdAt + 1 };
      lines += 1;
      const bucket = Math.min(query.buckets - 1, Math.floor((createdAt - from) / bucketMs));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
  }
  return { from, bucketMs, counts, countedFrom: from };
}

/** The start of the earliest day for which a run is listed, within the thirty days before an instant. */
async function firstDay(store: StepContext['store'], to: number): Promise<number> {
  let first = to - DAY_MS;
  for await (const day of store.listDays({ from: dayOf(to - DEFAULT_DAYS * DAY_MS), to: dayOf(to) })) {
    first = Math.min(first, endOfDay(day) - DAY_MS);
  }
  return first;
}

/** The start of the day after `yyyymmdd`. */
function endOfDay(day: string): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)) + 1);
}
