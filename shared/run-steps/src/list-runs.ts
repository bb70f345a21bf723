import type { RunStatus } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { type DayRow, dayOf } from '@tally/run-store';
import { z } from 'zod';
import type { StepContext } from './context.ts';
import { inGroups } from './in-groups.ts';
import { decodeToken, encodeToken } from './page-token.ts';

export interface RunQuery {
  readonly idPrefix?: string | undefined;
  /** Milliseconds since 1970, both included. */
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  /** Absent: all. */
  readonly statuses?: readonly RunStatus[] | undefined;
  /** Runs on a page at most. */
  readonly top: number;
  /** Of the page before; null: the first page. */
  readonly token: string | null;
}

export interface RunPage {
  readonly runs: readonly Run[];
  /** For the next page; null: this was the last. A page may be short, or empty, and still have one. */
  readonly token: string | null;
}

/**
 * A page looks through this many days at most, and reads this many run rows, before it gives a token instead of going on: so that a
 * filter that fits hardly any run is answered in time.
 */
const MAX_DAYS = 31;
const MAX_READS = 200;
/** Lines of the listing fetched at once where ids decide, which the lines hold: as many as a request brings. */
const MAX_LINES = 1_000;
/** Run rows read at once. */
const READS_AT_ONCE = 16;
/** The time stamps that a line's key can hold. */
const LAST_INSTANT = Date.UTC(2286, 0, 1);

/** Where the next page begins: in a day, behind the line of a key (null: at its first). */
const placeSchema = z.strictObject({ day: z.string().regex(/^\d{8}$/), after: z.string().max(1_024).nullable() });
type Place = z.infer<typeof placeSchema>;

/**
 * A page of runs, newest first. The lines of the listing stand in the order of the time of creation, and a page goes on behind a line: runs
 * that start meanwhile come before it, so pages neither repeat a run nor miss one that was there when the first was read.
 * @throws InvalidTokenError
 */
export async function listRuns<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  query: RunQuery,
): Promise<RunPage> {
  const { store } = context;
  const { top } = query;
  const createdFrom = Math.max(0, query.createdFrom ?? 0);
  const createdTo = Math.min(LAST_INSTANT, query.createdTo ?? LAST_INSTANT);
  const start = query.token === null ? null : decodeToken(placeSchema, query.token);
  if (createdTo < createdFrom) return { runs: [], token: null };
  const lastDay = dayOf(createdTo);
  const days = store.listDays({
    from: dayOf(createdFrom),
    to: start === null || start.day > lastDay ? lastDay : start.day,
  });
  const runs: Run[] = [];
  let reads = 0;
  let visited = 0;
  for await (const day of days) {
    if (visited === MAX_DAYS) return { runs, token: tokenOf({ day, after: null }) };
    visited += 1;
    let after = start?.day === day ? (start.after ?? undefined) : undefined;
    for (let isWhole = false; !isWhole; ) {
      const limit = linesWanted(query, runs.length);
      const lines: DayRow[] = [];
      for await (const line of store.listDay(day, { after, createdFrom, createdTo, limit })) lines.push(line);
      isWhole = lines.length < limit;
      for (const group of groupsOf(lines.length === 0 ? [] : lines)) {
        const found = await readFitting(context, query, group);
        for (const [place, run] of found.entries()) {
          after = group[place]?.key;
          if (run !== null) runs.push(run);
          if (runs.length === top) return { runs, token: tokenOf({ day, after: after ?? null }) };
        }
        reads += found.length;
        if (reads >= MAX_READS && runs.length < top && after !== undefined) {
          return { runs, token: tokenOf({ day, after }) };
        }
      }
    }
  }
  return { runs, token: null };
}
