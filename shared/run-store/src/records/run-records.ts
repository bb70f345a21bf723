import { createdAtOf, keyText } from '@tally/contracts';
import type { ReadEntry, Run } from '@tally/run-state';
import { generationColumn } from '../rows/bounds.ts';
import { keysFrom, RUN_ROW, TABLES } from '../rows/keys.ts';
import { isPurged, purgeMark, runOfRow } from '../rows/run-row.ts';
import { timelineLine } from '../rows/timeline-line.ts';
import { unreadableRunOf } from '../rows/unreadable-run.ts';
import type { StoredRun, UnreadableRun, Versioned } from '../stored.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row, RowQuery, Tables } from '../tables/tables.ts';
import { readWhole } from './read-whole.ts';
import { createRunWriter } from './write-run.ts';

/** What is in a run's own partition: its row, and what is kept beside it. */
export function createRunRecords(tables: Tables) {
  /** The generation that wrote the last line, for a run whose row doesn't tell. */
  async function generationOfTimeline(runId: string): Promise<{ generation: string; createdAt: number } | undefined> {
    const query = { partitionKey: keyText(runId), ...keysFrom('history:'), select: ['gen'] };
    let generation: string | undefined;
    for await (const { cells } of tables.list(TABLES.runs, query))
      generation = generationColumn.safeParse(cells['gen']).data ?? generation;
    return generation === undefined ? undefined : { generation, createdAt: createdAtOf(generation) };
  }

  return {
    /** The run row alone. */
    async readRun(runId: string): Promise<Versioned<Run> | null> {
      const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
      return row === null || isPurged(row) ? null : { value: runOfRow(row), etag: row.etag };
    },

    /** The run row, and the rows of its generation beside it: input, tasks, outputs, events. One query. */
    readWhole: (runId: string): Promise<StoredRun | null> => readWhole(tables, runId),

    /** The run row alone. Where it can't be read this doesn't throw: it returns what is known of the row. */
    async lookAtRun(runId: string): Promise<Versioned<Run> | UnreadableRun | null> {
      const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
      if (row === null || isPurged(row)) return null;
      try {
        return { value: runOfRow(row), etag: row.etag };
      } catch (error) {
        if (!(error instanceof UnreadableRowError)) throw error;
        const known = unreadableRunOf(row, error);
        return known.generation === undefined ? { ...known, ...(await generationOfTimeline(runId)) } : known;
      }
    },

    /** The rows of the run's partition, of all generations, by key; `after`: behind this key. */
    async *listRows(
      runId: string,
      { after, limit }: { readonly after?: string | undefined; readonly limit: number },
    ): AsyncIterable<Row> {
      // The first key behind that of the row before.
      const from = after === undefined ? undefined : `${after} `;
      for await (const { partitionKey, rowKey, cells } of tables.list(TABLES.runs, {
        partitionKey: keyText(runId),
        from,
        limit,
      }))
        yield { partitionKey, rowKey, cells };
    },

    writeRun: createRunWriter(tables),

    /**
     * Marks an ended run as purged, as it was read. From then on it reads as absent, and a new run may take its
     * id. `purgeGeneration` deletes its rows, the run row last.
     */
    async markPurged(before: Versioned<Run>, at: number): Promise<void> {
      const row = purgeMark(before.value.runId, at);
      try {
        await tables.write(TABLES.runs, [{ kind: 'merge', row, etag: before.etag }]);
      } catch (error) {
        if (!(error instanceof UnknownOutcomeError)) throw error;
        // Only a purge marks, and it doesn't matter which one did.
        const standing = await tables.get(TABLES.runs, row.partitionKey, row.rowKey);
        if (standing === null || !isPurged(standing)) throw error;
      }
    },

    async readHistory(runId: string): Promise<readonly ReadEntry[]> {
      const rows: Row[] = [];
      // The run row says which generation's events and lines count.
      let run: Run | null = null;
      const query: RowQuery = {
        partitionKey: keyText(runId),
        among: [keysFrom('event:'), keysFrom('history:'), RUN_ROW],
      };
      for await (const row of tables.list(TABLES.runs, query)) {
        if (row.rowKey !== RUN_ROW) rows.push(row);
        else run = isPurged(row) ? null : runOfRow(row);
      }
      if (run === null) return [];
      const { generation, createdAt } = run;
      // The sort is stable: entries of one millisecond keep their order.
      return rows
        .map((row) => timelineLine(row, createdAt))
        .filter(
          (line) => line.generation === generation || (line.generation === undefined && line.entry.at >= createdAt),
        )
        .map((line) => line.entry)
        .sort((a, b) => a.at - b.at);
    },
  };
}
