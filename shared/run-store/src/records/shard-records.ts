import type { Chunk, ShardState } from '@tally/run-state';
import type { z } from 'zod';
import type { RunStore, ShardKey, ShardRows, Versioned } from '../port.ts';
import { type ChunkShape, chunkCodec, numberOfChunkKey } from '../rows/chunk-row.ts';
import { chunkKey, keysFrom, LEDGER_ROW, shardPartition, TABLES } from '../rows/keys.ts';
import { type LedgerCodec, ledgerCodec } from '../rows/ledger-row.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import { payloadBytes, TRANSACTION_MAX_ROWS } from '../tables/table-limits.ts';
import type { Row, RowWrite, Tables } from '../tables/tables.ts';

type ShardRecords<Item, Result, Folded> = Pick<
  RunStore<Item, Result, Folded>,
  'insertShard' | 'readLedger' | 'readChunk' | 'listChunks' | 'lookAtChunks' | 'commitShard'
>;

/** What a transaction is filled to: a mebibyte below the service's limit, for sizes are estimated. */
export const COMMIT_MAX_BYTES = 3 * 1024 * 1024;

/** The chunks that differ between two states of a shard, ascending: the order in which a commit writes them, after the ledger. */
export function changedChunks<Item, Result>(
  before: ReadonlyMap<number, Versioned<Chunk<Item, Result>>>,
  after: ReadonlyMap<number, Chunk<Item, Result>>,
): number[] {
  const changed = [...after].filter(([number, chunk]) => before.get(number)?.value !== chunk);
  return changed.map(([number]) => number).sort((a, b) => a - b);
}

/** What is in a shard's partition: its ledger and its chunks. */
export function createShardRecords<Item, Result, Folded>(
  tables: Tables,
  shape: ChunkShape<Item, Result>,
  fold: z.ZodType<Folded>,
): ShardRecords<Item, Result, Folded> {
  const ledgers: LedgerCodec<Folded> = ledgerCodec(fold);
  const chunkRows = chunkCodec(shape);

  return {
    async insertShard(key, ledger, chunks) {
      // Ledger last: whoever finds it finds every chunk.
      const rows = [...chunks.map((chunk) => chunkRows.encode(key, chunk)), ledgers.encode(key, ledger)];
      const etags: string[] = [];
      for (const part of cutTransactions(rows)) etags.push(...(await insertTogether(tables, part)));
      const numbered = chunks.map(
        (chunk, place) => [chunk.chunk, { value: chunk, etag: etagAt(etags, place) }] as const,
      );
      return { ledger: { value: ledger, etag: etagAt(etags, chunks.length) }, chunks: new Map(numbered) };
    },

    async readLedger(key) {
      const row = await tables.get(TABLES.chunks, shardPartition(key), LEDGER_ROW);
      return row === null ? null : { value: ledgers.decode(key, row), etag: row.etag };
    },

    async readChunk(key, chunk) {
      const row = await tables.get(TABLES.chunks, shardPartition(key), chunkKey(chunk));
      return row === null ? null : { value: chunkRows.decode(row), etag: row.etag };
    },

    async *listChunks(key, from = 0) {
      const range = { ...keysFrom('chunk:'), from: chunkKey(from) };
      const rows = tables.list(TABLES.chunks, { partitionKey: shardPartition(key), ...range });
      for await (const row of rows) yield { value: chunkRows.decode(row), etag: row.etag };
    },

    async *lookAtChunks(key, from = 0) {
      const range = { ...keysFrom('chunk:'), from: chunkKey(from) };
      for await (const row of tables.list(TABLES.chunks, { partitionKey: shardPartition(key), ...range })) {
        const chunk = numberOfChunkKey(row.rowKey);
        if (chunk === null) continue;
        try {
          yield chunkRows.decode(row);
        } catch (error) {
          if (!(error instanceof UnreadableRowError)) throw error;
          yield { chunk, error };
        }
      }
    },

    async commitShard(key, before, after) {
      const changed = changedChunks(before.chunks, after.chunks);
      if (changed.length === 0 && after.ledger === before.ledger.value) return before;
      // I1: the ledger is written even where only a chunk differs, since the decision was made on it.
      const row = ledgers.encode(key, after.ledger);
      const merges = changed.map((number): RowWrite => {
        const { was, is } = changeOf(key, number, before, after);
        return { kind: 'merge', row: chunkRows.encodeChange(key, was.value, is), etag: was.etag };
      });
      const etags = await tables.write(TABLES.chunks, [{ kind: 'replace', row, etag: before.ledger.etag }, ...merges]);
      const chunks = new Map(before.chunks);
      for (const [place, number] of changed.entries()) {
        const { is } = changeOf(key, number, before, after);
        chunks.set(number, { value: is, etag: etagAt(etags, place + 1) });
      }
      return { ledger: { value: after.ledger, etag: etagAt(etags, 0) }, chunks };
    },
  };
}

function changeOf<Item, Result, Folded>(
  key: ShardKey,
  number: number,
  before: ShardRows<Item, Result, Folded>,
  after: ShardState<Item, Result, Folded>,
) {
  const was = before.chunks.get(number);
  const is = after.chunks.get(number);
  if (was === undefined || is === undefined) {
    throw new Error(`chunk ${number} of ${shardPartition(key)} can't be committed: its row was never read`);
  }
  return { was, is };
}

/** Rows in their order, as many to a transaction as it holds. */
function cutTransactions(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  let part: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = payloadBytes(row);
    if (part.length === TRANSACTION_MAX_ROWS || (part.length > 0 && bytes + size > COMMIT_MAX_BYTES)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(row);
    bytes += size;
  }
  return [...parts, part];
}

function etagAt(etags: readonly string[], place: number): string {
  const etag = etags[place];
  if (etag === undefined) throw new Error(`no ETag came back for write ${place}`);
  return etag;
}

/**
 * Inserts rows that nobody else inserts, all or none. Where the answer is lost they stand, or they don't: then they are inserted once more.
 * @returns their ETags
 */
async function insertTogether(tables: Tables, rows: readonly Row[]): Promise<readonly string[]> {
  const inserts = rows.map((row): RowWrite => ({ kind: 'insert', row }));
  try {
    return await tables.write(TABLES.chunks, inserts);
  } catch (error) {
    if (!(error instanceof UnknownOutcomeError)) throw error;
    const standing = await Promise.all(
      rows.map(({ partitionKey, rowKey }) => tables.get(TABLES.chunks, partitionKey, rowKey)),
    );
    const etags = standing.flatMap((row) => row?.etag ?? []);
    return etags.length === rows.length ? etags : await tables.write(TABLES.chunks, inserts);
  }
}
