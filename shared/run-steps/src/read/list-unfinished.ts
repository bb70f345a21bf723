import { isTerminal } from '@tally/contracts';
import { isFormerLive, type LiveRow } from '@tally/run-store';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { type ListedRun, MAX_LINES, MAX_READS, READS_AT_ONCE, type RunPage, type RunQuery } from './list-query.ts';
import { listedOf } from './listed-run.ts';
import { encodeToken } from './page-token.ts';

/** Where the next page begins: after that live row. */
export const livePlaceSchema = z.strictObject({ behind: z.string().max(1_024) });

/** Whether the query asks only for runs that have not ended. Those have live rows. */
export function isOfUnfinished({ statuses }: RunQuery): boolean {
  return statuses !== undefined && statuses.length > 0 && !statuses.some(isTerminal);
}

/**
 * A page of runs that have not ended, by their live rows. However many runs have ended, none of them is read.
 * Live rows are not in the order of time, so only the runs of one page are sorted newest first. A page goes
 * on after a row: it neither repeats a run nor misses one that was there when the first was read.
 */
export async function listUnfinished(
  context: StepContext,
  query: RunQuery,
  start: z.infer<typeof livePlaceSchema> | null,
): Promise<RunPage> {
  const { store } = context;
  const { top, idPrefix = '' } = query;
  const runs: ListedRun[] = [];
  let after = start?.behind;
  let [lines, reads] = [0, 0];
  const page = (isThrough: boolean): RunPage => ({
    runs: runs.toSorted((one, other) => other.createdAt - one.createdAt),
    token: isThrough || after === undefined ? null : encodeToken({ behind: after }),
  });
  for (;;) {
    // Few rows, just enough to fill the page, unless a prefix will drop many of them.
    const limit = query.idPrefix === undefined ? Math.max(top - runs.length, READS_AT_ONCE) : MAX_READS;
    const found: LiveRow[] = [];
    for await (const row of store.listLive({ after, limit })) found.push(row);
    lines += found.length;
    const fitting = found.filter(({ runId }) => runId.startsWith(idPrefix));
    while (fitting.length > 0) {
      if (runs.length === top || reads >= MAX_READS) return page(false);
      const group = fitting.splice(0, Math.min(READS_AT_ONCE, top - runs.length));
      reads += group.length;
      runs.push(...(await readLive(context, group, query)));
      after = group.at(-1)?.place ?? after;
    }
    after = found.at(-1)?.place ?? after;
    if (found.length < limit) return page(true);
    if (runs.length === top || reads >= MAX_READS || lines >= MAX_LINES) return page(false);
  }
}

async function readLive(
  context: StepContext,
  rows: readonly LiveRow[],
  { createdFrom = 0, createdTo = Number.POSITIVE_INFINITY, statuses }: RunQuery,
): Promise<ListedRun[]> {
  const { store } = context;
  const looks = await Promise.all(
    rows.map(async ({ runId, place }) => {
      // A run that an older Tally brought to life too has two rows, and is listed once.
      const isSecond = isFormerLive(place) && (await store.readLive(runId))?.place !== place;
      return { runId, row: isSecond ? null : await store.lookAtRun(runId) };
    }),
  );
  return looks.flatMap(({ runId, row }) => {
    if (row === null) return [];
    const known = { runId, createdAt: ('error' in row ? row.createdAt : row.value.createdAt) ?? 0 };
    const run = listedOf(context, known, row);
    const isWanted = statuses === undefined || statuses.includes(run.status);
    return isWanted && run.createdAt >= createdFrom && run.createdAt <= createdTo ? [run] : [];
  });
}
