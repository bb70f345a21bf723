import { createdAtOf, keyText } from '@tally/contracts';
import type { OpenedMap } from '@tally/run-state';
import { generationColumn } from '../rows/bounds.ts';
import {
  dayKey,
  dayOf,
  dayPartition,
  generationKey,
  inputKey,
  KINDS_OF_GENERATION,
  keysFrom,
  keysOfGeneration,
  LEDGER_ROW,
  PURGE_PARTITION,
  RUN_ROW,
  shardPartition,
  TABLES,
} from '../rows/keys.ts';
import { isPurged } from '../rows/run-row.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/retrying.ts';
import { TRANSACTION_MAX_ROWS } from '../tables/table-limits.ts';
import type { RowQuery, RowWrite, StoredRow, Tables } from '../tables/tables.ts';
import { deletePointed } from './dead-letter-records.ts';

/** Deletes what an old generation of a run has left behind. */
export function createPurges(tables: Tables) {
  /**
   * Deletes all rows of a query. A row that changes meanwhile (a late worker) is found again by the next
   * try.
   */
  async function deleteAll(
    table: string,
    query: RowQuery & { readonly partitionKey: string },
    isOurs: (row: StoredRow) => boolean,
  ): Promise<void> {
    const deleteFound = async () => {
      let changed: ConflictError | null = null;
      for await (const rows of inParts(tables.list(table, query), isOurs)) {
        // A dead letter goes before what points at it.
        for (const row of rows) await deletePointed(tables, row);
        try {
          await tables.write(table, rows.map(deletionOf));
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
          changed = error;
        }
      }
      if (changed !== null) throw changed;
    };
    const mayHelp = (error: unknown) => error instanceof ConflictError;
    await retrying(tables, `delete rows of ${table} ${query.partitionKey}`, deleteFound, { mayHelp });
  }

  /** Only while the row is still the purged run's. */
  async function deletePurgedRun(runId: string, generation: string): Promise<void> {
    const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
    if (row === null || !isPurged(row) || row.cells['gen'] !== generation) return;
    try {
      await tables.write(TABLES.runs, [deletionOf(row)]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // a new run took the id, or another has purged it
    }
  }

  /** Ledgers and chunks of all rounds that were opened. */
  async function deleteShards(runId: string, generation: string, opened: readonly OpenedMap[]): Promise<void> {
    for (const { node, since, shards } of opened) {
      for (let shard = 0; shard < shards; shard += 1) {
        const partitionKey = shardPartition({ runId, generation, node, since, shard });
        // The ledger first: where a ledger is, its chunks are.
        await deleteAll(TABLES.chunks, { partitionKey, from: LEDGER_ROW, select: ['first'] }, () => true);
        await deleteAll(TABLES.chunks, { partitionKey, select: ['first'] }, () => true);
      }
    }
  }

  return {
    /**
     * Deletes all of a generation: ledgers, chunks, dead letters, timeline, rows beside the run row, listing
     * line. Then the run row, if it is marked as purged; last the note. May be repeated after an interruption.
     */
    async purgeGeneration(runId: string, generation: string, opened: readonly OpenedMap[]): Promise<void> {
      await deleteShards(runId, generation, opened);
      const partitionKey = keyText(runId);
      const kinds = KINDS_OF_GENERATION.map((kind) => keysOfGeneration(kind, generation));
      await deleteAll(
        TABLES.runs,
        { partitionKey, among: [inputKey(generation), ...kinds], select: ['gen'] },
        () => true,
      );
      // The timeline is in the order of its times, not of generations. A line whose generation can't be read
      // belongs to no run.
      await deleteAll(
        TABLES.runs,
        { partitionKey, ...keysFrom('history:'), select: ['gen'] },
        ({ cells }) => cells['gen'] === generation || !generationColumn.safeParse(cells['gen']).success,
      );
      const createdAt = createdAtOf(generation);
      await deleteRow(tables, dayPartition(dayOf(createdAt)), dayKey(createdAt, runId, generation));
      await deletePurgedRun(runId, generation);
      // Last: an earlier interruption leaves it for the next pass.
      await deleteRow(tables, PURGE_PARTITION, generationKey(runId, generation));
    },
  };
}

async function deleteRow(tables: Tables, partitionKey: string, rowKey: string): Promise<void> {
  const row = await tables.get(TABLES.index, partitionKey, rowKey);
  if (row === null) return;
  try {
    await tables.write(TABLES.index, [deletionOf(row)]);
  } catch (error) {
    if (!(error instanceof ConflictError && error.reason === 'missing')) throw error;
  }
}

function deletionOf({ partitionKey, rowKey, etag }: StoredRow): RowWrite {
  return { kind: 'delete', partitionKey, rowKey, etag };
}

async function* inParts(rows: AsyncIterable<StoredRow>, isOurs: (row: StoredRow) => boolean) {
  let part: StoredRow[] = [];
  for await (const row of rows) {
    if (!isOurs(row)) continue;
    part.push(row);
    if (part.length < TRANSACTION_MAX_ROWS) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
