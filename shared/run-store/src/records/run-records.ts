import { createdAtOf, keyText } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { RunStore } from '../port.ts';
import { generation } from '../rows/bounds.ts';
import { keysFrom, RUN_ROW, TABLES } from '../rows/keys.ts';
import { isPurged, purgeMark, runOfRow } from '../rows/run-row.ts';
import { timelineLine } from '../rows/timeline-line.ts';
import { unreadableRunOf } from '../rows/unreadable-run.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row, RowQuery, Tables } from '../tables/tables.ts';
import { readWhole } from './read-whole.ts';
import { createRunWriter } from './write-run.ts';

type RunRecords = Pick<
  RunStore,
  'readRun' | 'readWhole' | 'lookAtRun' | 'writeRun' | 'markPurged' | 'readHistory' | 'listRows'
>;

/** What is in a run's own partition: its row, and what is kept beside it. */
export function createRunRecords(tables: Tables): RunRecords {
  /** The generation that wrote the last line, for a run whose row doesn't tell. */
  async function generationOfTimeline(runId: string): Promise<{ gen: string; createdAt: number } | undefined> {
    const query = { partitionKey: keyText(runId), ...keysFrom('history:'), select: ['gen'] };
    let gen: string | undefined;
    for await (const { cells } of tables.list(TABLES.runs, query)) gen = generation.safeParse(cells['gen']).data ?? gen;
    return gen === undefined ? undefined : { gen, createdAt: createdAtOf(gen) };
  }

  return {
    async readRun(runId) {
      const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
      return row === null || isPurged(row) ? null : { value: runOfRow(row), etag: row.etag };
    },

    readWhole: (runId) => readWhole(tables, runId),

    async lookAtRun(runId) {
      const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
      if (row === null || isPurged(row)) return null;
      try {
        return { value: runOfRow(row), etag: row.etag };
      } catch (error) {
        if (!(error instanceof UnreadableRowError)) throw error;
        const known = unreadableRunOf(row, error);
        return known.gen === undefined ? { ...known, ...(await generationOfTimeline(runId)) } : known;
      }
    },

    async *listRows(runId, { after, limit }) {
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

    async markPurged(before, at) {
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

    async readHistory(runId) {
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
      const { gen, createdAt } = run;
      // The sort is stable: entries of one millisecond keep their order.
      return rows
        .map((row) => timelineLine(row, createdAt))
        .filter((line) => line.gen === gen || (line.gen === undefined && line.entry.at >= createdAt))
        .map((line) => line.entry)
        .sort((a, b) => a.at - b.at);
    },
  };
}
