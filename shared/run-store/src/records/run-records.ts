import { createdAtOf, keyText } from '@tally/contracts';
import type { HistoryEntry, Run } from '@tally/run-state';
import type { z } from 'zod';
import type { RunStore, RunWrite } from '../port.ts';
import { generation } from '../rows/bounds.ts';
import { eventOfRow, eventRow } from '../rows/event-row.ts';
import { historyRow } from '../rows/history-row.ts';
import { eventKey, historyKey, keysFrom, MARKER_KEYS, numberOfHistoryKey, RUN_ROW, TABLES } from '../rows/keys.ts';
import { markerCodec } from '../rows/marker-row.ts';
import { isPurged, purgeMark, runOfRow, runRow } from '../rows/run-row.ts';
import { timelineLine } from '../rows/timeline-line.ts';
import { unreadableRunOf } from '../rows/unreadable-run.ts';
import { ConflictError, UnknownOutcomeError } from '../tables/errors.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row, RowWrite, Tables } from '../tables/tables.ts';
import { again } from './repeated-writes.ts';

type RunRecords<Folded> = Pick<
  RunStore<never, never, Folded>,
  'readRun' | 'lookAtRun' | 'writeRun' | 'markPurged' | 'readMarkers' | 'readHistory' | 'readEvent' | 'insertEvent'
>;

/** How often a write looks for free numbers for its timeline entries. Once is enough, but for entries of several times. */
const HISTORY_TRIES = 5;

/** The run row that a write replaces. */
interface Standing {
  readonly gen: string;
  readonly etag: string;
}

/** What is in a run's own partition: its row, markers, timeline and events. */
export function createRunRecords<Folded>(tables: Tables, fold: z.ZodType<Folded>): RunRecords<Folded> {
  const markers = markerCodec(fold);

  /** Run row first: a conflict with another writer of the run is index 0. */
  async function runWrites(
    standing: Standing | null,
    write: RunWrite<Folded>,
  ): Promise<{ readonly writes: RowWrite[]; readonly raised: readonly HistoryEntry[] }> {
    const { run, marker } = write;
    const row = runRow(run);
    const writes: RowWrite[] = [
      standing === null ? { kind: 'insert', row } : { kind: 'replace', row, etag: standing.etag },
    ];
    if (marker !== undefined) writes.push({ kind: 'insert', row: markers.encode(run.runId, marker) });
    // Markers change with the run row only, so those that are listed here stand as long as the run row is the one that was read. A
    // new generation takes over the id: the old one's markers must not count for it.
    const isRestart = standing !== null && standing.gen !== run.gen;
    if (write.dropMarkers === true || isRestart) {
      for await (const { partitionKey, rowKey, etag } of listMarkers(run.runId)) {
        writes.push({ kind: 'delete', partitionKey, rowKey, etag });
      }
    }
    const used = write.dropEvent === undefined ? null : await readUsed(run, write.dropEvent);
    if (used !== null) writes.push({ kind: 'delete', ...used.key });
    return { writes, raised: used === null ? [] : [used.entry] };
  }

  /** An event that is used up: its row goes, since another of its name may come, and its line of the timeline stays (history is only appended to). */
  async function readUsed({ runId, gen, createdAt }: Run, name: string) {
    const row = await tables.get(TABLES.runs, keyText(runId), eventKey(name));
    if (row === null) return null;
    const { partitionKey, rowKey, etag } = row;
    const raised = timelineLine(row, createdAt);
    return (raised.gen ?? gen) === gen ? { key: { partitionKey, rowKey, etag }, entry: raised.entry } : null;
  }

  /** A purged run that still stands where a new one is to be inserted: it gives way, whether it can be read or not, or a purge that can't go on would lock the id. */
  async function purgedRun(run: Run): Promise<Standing | null> {
    const row = await tables.get(TABLES.runs, keyText(run.runId), RUN_ROW);
    if (row === null || !isPurged(row)) return null;
    const gen = String(row.cells['gen']);
    return gen === run.gen ? null : { gen, etag: row.etag };
  }

  function listMarkers(runId: string) {
    return tables.list(TABLES.runs, { partitionKey: keyText(runId), ...MARKER_KEYS });
  }

  /** The number behind those of all timeline entries of an instant. Not the first free one: a later entry must come behind them all. */
  async function numberBehind(runId: string, at: number): Promise<number> {
    const query = { partitionKey: keyText(runId), from: historyKey(at, 0), to: historyKey(at + 1, 0), select: [] };
    let behind = 0;
    for await (const { rowKey } of tables.list(TABLES.runs, query))
      behind = Math.max(behind, 1 + numberOfHistoryKey(rowKey));
    return behind;
  }

  /** Of the run that has written the last line, where its row doesn't tell. */
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

    async writeRun(before, write) {
      const { run } = write;
      let standing = before === null ? null : { gen: before.value.gen, etag: before.etag };
      let { writes, raised } = await runWrites(standing, write);
      let first = 0;
      for (let tries = 1; ; tries += 1) {
        const history = [...raised, ...write.history];
        const lines = history.map((entry, place): RowWrite => {
          const row = historyRow(run.runId, run.gen, entry, first + place);
          return { kind: 'insert', row };
        });
        try {
          const [etag] = await tables.write(TABLES.runs, [...writes, ...lines]);
          if (etag === undefined) throw new Error('the run row was written without an answer for it');
          return { value: run, etag };
        } catch (error) {
          if (standing === null && error instanceof ConflictError && error.index === 0) {
            standing = await purgedRun(run);
            if (standing === null) throw error;
            ({ writes, raised } = await runWrites(standing, write));
            continue;
          }
          // The run row is as expected, but an earlier write of this millisecond has taken an entry's number: one of another generation, for a run's own time goes on
          // with every write.
          const isTaken = error instanceof ConflictError && error.index >= writes.length && error.reason === 'exists';
          const taken = isTaken ? history[error.index - writes.length] : undefined;
          if (taken === undefined || tries === HISTORY_TRIES) throw error;
          first = Math.max(first, await numberBehind(run.runId, taken.at));
        }
      }
    },

    async markPurged(before, at) {
      const row = purgeMark(before.value.runId, at);
      try {
        await tables.write(TABLES.runs, [{ kind: 'merge', row, etag: before.etag }]);
      } catch (error) {
        if (!(error instanceof UnknownOutcomeError)) throw error;
        // Only a purge marks, and whose mark it is doesn't matter.
        const standing = await tables.get(TABLES.runs, row.partitionKey, row.rowKey);
        if (standing === null || !isPurged(standing)) throw error;
      }
    },

    async readMarkers(runId) {
      const found = [];
      for await (const row of listMarkers(runId)) found.push(markers.decode(row));
      return found;
    },

    async readHistory(runId) {
      const rows: Row[] = [];
      // One range holds the events, the timeline and, behind them, the run row, which says whose of them count.
      let run: Run | null = null;
      for await (const row of tables.list(TABLES.runs, { partitionKey: keyText(runId), from: 'event:', to: 'run~' })) {
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

    async readEvent(runId, gen, name) {
      const row = await tables.get(TABLES.runs, keyText(runId), eventKey(name));
      if (row === null) return null;
      const event = eventOfRow(row);
      return event.gen === gen ? event.body : null;
    },

    async insertEvent(runId, gen, name, body, at) {
      const row = eventRow(runId, name, { gen, at, body });
      return await again(async () => {
        const standing = await tables.get(TABLES.runs, row.partitionKey, row.rowKey);
        if (standing !== null && eventOfRow(standing).gen === gen) return false;
        // One of an older generation gives way. It may be purged, or another be faster, between the read and the write: look again.
        await tables.write(TABLES.runs, [
          standing === null ? { kind: 'insert', row } : { kind: 'replace', row, etag: standing.etag },
        ]);
        return true;
      });
    },
  };
}
