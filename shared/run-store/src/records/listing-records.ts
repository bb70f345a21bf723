import type { Run } from '@tally/run-state';
import { dayOfDaysRow, dayOfRow, dayRow, daysRow } from '../rows/index-rows.ts';
import { DAYS_PARTITION, dayKeyFrom, dayOf, dayPartition, daysKey, TABLES } from '../rows/keys.ts';
import type { DayRow } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import type { StoredRow, Tables } from '../tables/tables.ts';
import { readLines } from './read-lines.ts';
import { insertOnce } from './repeated-writes.ts';

/** `createdFrom` and `createdTo` included; `after`: those behind the row of this key. */
interface PartOfDay {
  readonly after?: string | undefined;
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  readonly limit?: number | undefined;
}

/** The listing of runs: a partition per day, and one that lists the days. */
export function createListing(tables: Tables) {
  // Every run of a day would ask for the same row: the last one is remembered.
  let known: string | null = null;

  async function deleteRow({ partitionKey, rowKey, etag }: StoredRow): Promise<void> {
    try {
      await tables.write(TABLES.index, [{ kind: 'delete', partitionKey, rowKey, etag }]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // another has deleted it
    }
  }

  async function isEmpty(day: string): Promise<boolean> {
    const rows = tables.list(TABLES.index, { partitionKey: dayPartition(day), select: [], limit: 1 });
    for await (const _ of rows) return false;
    return true;
  }

  return {
    /** Inserts the listing's row, by day of creation, newest first, and the day's own. Idempotent. */
    async indexByDay(run: Run): Promise<void> {
      await insertOnce(tables, TABLES.index, dayRow(run));
      const day = dayOf(run.createdAt);
      if (day === known) return;
      await insertOnce(tables, TABLES.index, daysRow(day));
      known = day;
    },

    /** Days with listed runs, `20260102` in UTC, newest first; `from` and `to` included. */
    async *listDays({
      from,
      to,
    }: {
      readonly from?: string | undefined;
      readonly to?: string | undefined;
    } = {}): AsyncIterable<string> {
      const range = {
        from: to === undefined ? undefined : daysKey(to),
        // The first key behind that of the earliest day.
        to: from === undefined ? undefined : `${daysKey(from)} `,
      };
      for await (const row of tables.list(TABLES.index, { partitionKey: DAYS_PARTITION, ...range })) {
        const day = dayOfDaysRow(row);
        if (day !== null) yield day;
      }
    },

    /** The runs that were created on a day, newest first. */
    async *listDay(day: string, { after, createdFrom, createdTo, limit }: PartOfDay = {}): AsyncIterable<DayRow> {
      const start = createdTo === undefined ? '' : dayKeyFrom(createdTo);
      const behind = after === undefined ? '' : `${after} `;
      const from = behind > start ? behind : start;
      const to = createdFrom === undefined ? undefined : dayKeyFrom(createdFrom - 1);
      yield* readLines(tables, TABLES.index, { partitionKey: dayPartition(day), from, to, limit }, dayOfRow);
    },

    /** Deletes a line whose run is gone. */
    async deleteDayRow({ createdAt, key }: DayRow): Promise<void> {
      const row = await tables.get(TABLES.index, dayPartition(dayOf(createdAt)), key);
      if (row !== null) await deleteRow(row);
    },

    /** Deletes the row of a day without listed runs. For past days: one that begins meanwhile could be lost. */
    async forgetDay(day: string): Promise<void> {
      if (!(await isEmpty(day))) return;
      const row = await tables.get(TABLES.index, DAYS_PARTITION, daysKey(day));
      if (row === null) return;
      await deleteRow(row);
      if (known === day) known = null;
      // A line that came in between would not be found any more.
      if (!(await isEmpty(day))) await insertOnce(tables, TABLES.index, daysRow(day));
    },
  };
}
