import { keyText } from '@tally/contracts';
import type { HistoryEntry, Run } from '@tally/run-state';
import { historyRow } from '../rows/history-row.ts';
import { historyKey, numberOfHistoryKey, RUN_ROW, TABLES } from '../rows/keys.ts';
import { isPurged, runRow } from '../rows/run-row.ts';
import type { RunWrite, StandingRun, StoredRun } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/retrying.ts';
import { checkTransaction } from '../tables/table-limits.ts';
import type { RowWrite, Tables } from '../tables/tables.ts';
import { recordWritesOf, summaryWriteOf } from './record-writes.ts';

/**
 * Writes a run row and all that changes with it, in one transaction.
 * @throws RangeError where that is more than a transaction holds
 */
export function createRunWriter(tables: Tables) {
  /**
   * A purged run that still stands where a new one must be inserted. It gives way, whether it can be read or
   * not. Otherwise a purge that can't go on would lock the id.
   */
  async function purgedRun({ runId, generation }: Run): Promise<{ readonly etag: string } | null> {
    const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
    return row === null || !isPurged(row) || String(row.cells['gen']) === generation ? null : row;
  }

  /**
   * The number after those of all timeline entries of an instant. Not the first free one: a later entry must
   * come behind them all.
   */
  async function numberBehind(runId: string, at: number): Promise<number> {
    const query = { partitionKey: keyText(runId), from: historyKey(at, 0), to: historyKey(at + 1, 0), select: [] };
    let behind = 0;
    for await (const { rowKey } of tables.list(TABLES.runs, query))
      behind = Math.max(behind, 1 + numberOfHistoryKey(rowKey));
    return behind;
  }

  /**
   * Inserts the run row (`before` null) or replaces the version that was read, with all else in one transaction
   * (I1). Rows are changed, replaced or deleted by the versions that were read with the run row.
   * @returns the ETag of the run row
   * @throws RangeError where that is more than a transaction holds
   */
  return async (before: StoredRun | StandingRun | null, write: RunWrite): Promise<string> => {
    const { run } = write;
    const { writes: beside, raised } = recordWritesOf(before, write);
    const history = [...raised, ...write.history];
    let standing: { readonly etag: string } | null = before;
    let summary = summaryWriteOf(write);
    let first = 0;
    let writes: readonly RowWrite[] = [];
    const attempt = async () => {
      const lines = history.map((entry, place) => lineWrite(run, entry, first + place));
      // The run row first: a conflict with another writer of the run is index 0.
      writes = [runWrite(run, standing), ...(summary === null ? [] : [summary]), ...beside, ...lines];
      checkTransaction(writes);
      const [etag] = await tables.write(TABLES.runs, writes);
      if (etag === undefined) throw new Error("the transaction's answer lacks the run row");
      return etag;
    };
    // A write gives way to what it finds: a purged run, taken numbers of the timeline, a void summary. All
    // other conflicts are the caller's to decide on.
    const mayHelp = async (error: unknown) => {
      if (!(error instanceof ConflictError)) return false;
      const taken = error.reason === 'exists' ? history[error.index - writes.length + history.length] : undefined;
      if (error.index === 0 && standing === null) {
        standing = await purgedRun(run);
        return standing !== null;
      }
      if (summary !== null && error.index === 1) {
        // A rewind has made the standing summary void. The run row, which is as expected, says that it
        // doesn't count.
        summary = await overStanding(tables, summary);
        return true;
      }
      if (taken === undefined) return false;
      // An earlier write of this millisecond has taken an entry's number. It is of another generation, since a
      // run's own time advances with every write.
      first = Math.max(first, await numberBehind(run.runId, taken.at));
      return true;
    };
    return await retrying(tables, `write the run ${run.runId}`, attempt, { mayHelp });
  };
}

function runWrite(run: Run, standing: { readonly etag: string } | null): RowWrite {
  const row = runRow(run);
  return standing === null ? { kind: 'insert', row } : { kind: 'replace', row, etag: standing.etag };
}

function lineWrite({ runId, generation }: Run, entry: HistoryEntry, n: number): RowWrite {
  return { kind: 'insert', row: historyRow(runId, generation, entry, n) };
}

/** The same row in place of the standing one, or inserted if none stands any more. */
async function overStanding(tables: Tables, { row }: Exclude<RowWrite, { kind: 'delete' }>) {
  const standing = await tables.get(TABLES.runs, row.partitionKey, row.rowKey);
  return standing === null
    ? ({ kind: 'insert', row } as const)
    : ({ kind: 'replace', row, etag: standing.etag } as const);
}
