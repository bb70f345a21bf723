import { keyText } from '@tally/contracts';
import type { Chunk, Ledger, ShardState, ShardSummary } from '@tally/run-state';
import { chunkCodec, numberOfChunkKey } from '../rows/chunk-row.ts';
import { chunkKey, keysFrom, LEDGER_ROW, shardPartition, summaryKeys, TABLES } from '../rows/keys.ts';
import { ledgerCodec } from '../rows/ledger-row.ts';
import { summaryCodec } from '../rows/summary-row.ts';
import type { MapKey, MapShape, ShardKey, ShardRows, UnreadableChunk, Versioned } from '../stored.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { RowWrite, Tables } from '../tables/tables.ts';
import { insertMissing } from './insert-missing.ts';
import { readLines } from './read-lines.ts';

/**
 * The chunks that differ between two states of a shard, ascending. A commit writes them in this order, after
 * the ledger.
 */
export function changedChunks(
  before: ReadonlyMap<number, Versioned<Chunk>>,
  after: ReadonlyMap<number, Chunk>,
): number[] {
  const changed = [...after].filter(([number, chunk]) => before.get(number)?.value !== chunk);
  return changed.map(([number]) => number).sort((a, b) => a - b);
}

/** What is in the partitions of a map node's shards, and the summaries about them. */
export type ShardStore = ReturnType<typeof createShardStore>;

export function createShardStore(tables: Tables, shape: MapShape) {
  const ledgers = ledgerCodec(shape.foldSchema);
  const summaries = summaryCodec(shape.foldSchema);
  const chunkRows = chunkCodec(shape);

  return {
    /** The summaries of a round, whether they count or not: the run row says which do. */
    async readSummaries({ runId, ...round }: MapKey): Promise<readonly ShardSummary[]> {
      const found = [];
      const rows = tables.list(TABLES.runs, { partitionKey: keyText(runId), ...summaryKeys(round) });
      for await (const row of rows) found.push(summaries.decode(row));
      return found;
    },

    /** Inserts the chunks, the ledger last: where it is, all chunks are. Rows of another writer stay. */
    async insertShard(key: ShardKey, ledger: Ledger, chunks: readonly Chunk[]): Promise<ShardRows> {
      const rows = [...chunks.map((chunk) => chunkRows.encode(key, chunk)), ledgers.encode(key, ledger)];
      const found = await insertMissing(tables, TABLES.chunks, rows);
      const standing: { ledger?: Versioned<Ledger>; chunks: Map<number, Versioned<Chunk>> } = {
        chunks: new Map(),
      };
      for (const [place, { row, isOurs }] of found.entries()) {
        const chunk = chunks[place];
        const { etag } = row;
        if (chunk === undefined) standing.ledger = { value: isOurs ? ledger : ledgers.decode(key, row), etag };
        else standing.chunks.set(chunk.chunk, { value: isOurs ? chunk : chunkRows.decode(row), etag });
      }
      if (standing.ledger === undefined) throw new Error('a shard was inserted without its ledger');
      return { ledger: standing.ledger, chunks: standing.chunks };
    },

    async readLedger(key: ShardKey): Promise<Versioned<Ledger> | null> {
      const row = await tables.get(TABLES.chunks, shardPartition(key), LEDGER_ROW);
      return row === null ? null : { value: ledgers.decode(key, row), etag: row.etag };
    },

    async readChunk(key: ShardKey, chunk: number): Promise<Versioned<Chunk> | null> {
      const row = await tables.get(TABLES.chunks, shardPartition(key), chunkKey(chunk));
      return row === null ? null : { value: chunkRows.decode(row), etag: row.etag };
    },

    /** In the order of their numbers, from chunk `from` on. */
    async *listChunks(key: ShardKey, from = 0): AsyncIterable<Versioned<Chunk>> {
      const range = { ...keysFrom('chunk:'), from: chunkKey(from) };
      const rows = tables.list(TABLES.chunks, { partitionKey: shardPartition(key), ...range });
      for await (const row of rows) yield { value: chunkRows.decode(row), etag: row.etag };
    },

    /** The same, but a row that can't be read doesn't throw: what is known of it is returned. */
    lookAtChunks(
      key: ShardKey,
      { from = 0, limit }: { readonly from?: number | undefined; readonly limit?: number | undefined } = {},
    ): AsyncIterable<Chunk | UnreadableChunk> {
      const range = { ...keysFrom('chunk:'), from: chunkKey(from), limit };
      return readLines(tables, TABLES.chunks, { partitionKey: shardPartition(key), ...range }, (row) => {
        const chunk = numberOfChunkKey(row.rowKey);
        if (chunk === null) return null;
        try {
          return chunkRows.decode(row);
        } catch (error) {
          if (!(error instanceof UnreadableRowError)) throw error;
          return { chunk, error };
        }
      });
    },

    /**
     * Commits what differs between `before` and `after` in one transaction, each row under If-Match (I1).
     * The ledger comes first: ConflictError.index 0 is the ledger, n the n-th of {@link changedChunks}.
     * @returns the rows as they stand now
     */
    async commitShard(key: ShardKey, before: ShardRows, after: ShardState): Promise<ShardRows> {
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

function changeOf(key: ShardKey, number: number, before: ShardRows, after: ShardState) {
  const was = before.chunks.get(number);
  const is = after.chunks.get(number);
  if (was === undefined || is === undefined) {
    throw new Error(`chunk ${number} of ${shardPartition(key)} cannot be committed: its row was not read`);
  }
  return { was, is };
}

function etagAt(etags: readonly string[], place: number): string {
  const etag = etags[place];
  if (etag === undefined) throw new Error(`the service answered write ${place} without an ETag`);
  return etag;
}
