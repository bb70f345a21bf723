import { type DayRow, dayOf } from '@tally/run-store';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { type ListedRun, MAX_LINES, MAX_READS, READS_AT_ONCE, type RunPage, type RunQuery } from './list-query.ts';
import { isOfUnfinished, listUnfinished, livePlaceSchema } from './list-unfinished.ts';
import { listedOf } from './listed-run.ts';
import { decodeToken, encodeToken } from './page-token.ts';

/** A page searches this many days before it gives a token instead of going on. */
const MAX_DAYS = 31;
/** Lines fetched at once where few ids will match: as many as a request brings. */
const LINES_AT_ONCE = 1_000;
/** The time stamps that a line's key can hold: 13 digits, counted down. */
export const FIRST_INSTANT = 1;
export const LAST_INSTANT = Date.UTC(2286, 0, 1);

/** Where the next page begins: in a day, after the line with a key (null: at its first line). */
const placeSchema = z.strictObject({ day: z.string().regex(/^\d{8}$/), after: z.string().max(1_024).nullable() });

/**
 * A page of runs, newest first. If only unfinished runs are asked for, they come in the order of
 * {@link listUnfinished}. The lines of the listing are in the order of creation, and a page goes on after a
 * line. Runs that start meanwhile come before that line. So pages neither repeat a run nor miss one that was
 * there when the first page was read.
 * @throws InvalidTokenError
 */
export async function listRuns(context: StepContext, query: RunQuery): Promise<RunPage> {
  const { top } = query;
  const place = query.token === null ? null : decodeToken(z.union([placeSchema, livePlaceSchema]), query.token);
  if (place === null ? isOfUnfinished(query) : 'behind' in place)
    return await listUnfinished(context, query, place !== null && 'behind' in place ? place : null);
  const start = place !== null && 'day' in place ? place : null;
  const [createdFrom, createdTo] = [
    Math.max(FIRST_INSTANT, query.createdFrom ?? FIRST_INSTANT),
    Math.min(LAST_INSTANT, query.createdTo ?? LAST_INSTANT),
  ];
  const runs: ListedRun[] = [];
  if (createdTo < createdFrom) return { runs, token: null };
  const newest = start !== null && start.day < dayOf(createdTo) ? start.day : dayOf(createdTo);
  let [days, lines, reads] = [0, 0, 0];
  const isFull = () => runs.length === top || lines >= MAX_LINES || reads >= MAX_READS;

  for await (const day of context.store.listDays({ from: dayOf(createdFrom), to: newest })) {
    if (isFull() || days === MAX_DAYS) return { runs, token: tokenOf(day, null) };
    days += 1;
    let after = start?.day === day ? start.after : null;
    for (let isThrough = false; !isThrough; ) {
      if (isFull()) return { runs, token: tokenOf(day, after) };
      const limit = linesWanted(query, top - runs.length);
      const part = { after: after ?? undefined, createdFrom, createdTo, limit };
      const found = await collected(context.store.listDay(day, part));
      lines += found.length;
      const fitting = found.filter(({ runId }) => runId.startsWith(query.idPrefix ?? ''));
      while (fitting.length > 0) {
        if (runs.length === top || reads >= MAX_READS) return { runs, token: tokenOf(day, after) };
        const group = fitting.splice(0, Math.min(READS_AT_ONCE, top - runs.length));
        reads += group.length;
        runs.push(...(await readRuns(context, group, query.statuses)));
        after = group.at(-1)?.key ?? after;
      }
      after = found.at(-1)?.key ?? after;
      isThrough = found.length < limit;
    }
  }
  return { runs, token: null };
}

/** Few lines, just enough to fill the page, unless a filter will drop many of them. */
function linesWanted({ idPrefix, statuses }: RunQuery, missing: number): number {
  if (idPrefix !== undefined) return LINES_AT_ONCE;
  return statuses === undefined ? missing : Math.max(missing, READS_AT_ONCE);
}

/** The existing runs of these lines that have the line's generation and one of the statuses. */
async function readRuns(
  context: StepContext,
  lines: readonly DayRow[],
  statuses: RunQuery['statuses'],
): Promise<ListedRun[]> {
  const rows = await Promise.all(lines.map(async (line) => ({ line, row: await context.store.lookAtRun(line.runId) })));
  return rows.flatMap(({ line, row }) => {
    if (row === null) return [];
    const { generation = line.generation } = 'error' in row ? row : row.value;
    const run = listedOf(context, line, row);
    return generation === line.generation && (statuses === undefined || statuses.includes(run.status)) ? [run] : [];
  });
}

function tokenOf(day: string, after: string | null): string {
  return encodeToken({ day, after } satisfies z.infer<typeof placeSchema>);
}

async function collected<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}
