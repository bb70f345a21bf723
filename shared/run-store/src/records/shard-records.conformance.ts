import { beforeAll, describe, expect, test } from 'vitest';
import { all, newRunId } from '../fixtures/conformance.fixture.ts';
import { NOON, newChunks, newLedger, runningRun, shardKey, sumShape, viewOf } from '../fixtures/sum-chain.fixture.ts';
import { shardPartition, TABLES } from '../rows/keys.ts';
import { createRunStore } from '../run-store.ts';
import type { Versioned } from '../stored.ts';
import type { Tables } from '../tables/tables.ts';
import type { ShardStore } from './shard-records.ts';

/** What the store does with the partitions of shards, on any implementation of the tables. */
export function describeShards(name: string, connect: () => Promise<Tables>): void {
  describe(`shards: ${name}`, () => {
    let tables: Tables;
    let store: ShardStore;
    beforeAll(async () => {
      tables = await connect();
      const runs = createRunStore({ tables });
      await runs.prepare();
      store = runs.shards(sumShape);
    });

    const insert = async (chunks: number, items?: (chunk: number) => string[]) => {
      const key = shardKey(runningRun(newRunId()));
      return { key, rows: await store.insertShard(key, newLedger(chunks, 1), newChunks(chunks, items)) };
    };

    test('a shard with more rows than a transaction is read with the ETags of its insert', async () => {
      const { key, rows } = await insert(230, (chunk) => [`${'long '.repeat(2_000)}${chunk}`]);
      expect(await store.readLedger(key)).toEqual(rows.ledger);
      expect(await all(store.listChunks(key))).toEqual([...rows.chunks.values()]);
      expect((await all(store.listChunks(key, 200))).map(({ value }) => value.chunk)).toEqual(
        Array.from({ length: 30 }, (_, place) => 200 + place),
      );
      expect(await store.readChunk(key, 229)).toEqual(rows.chunks.get(229));
    });

    test('a missing shard is null, and each generation, round and node has its own shard', async () => {
      const { key } = await insert(2);
      expect(await store.readLedger({ ...key, shard: 1 })).toBeNull();
      expect(await store.readChunk(key, 7)).toBeNull();
      for (const other of [{ generation: 'other' }, { since: 2 }, { node: 'other' }]) {
        expect(await store.readLedger({ ...key, ...other })).toBeNull();
        expect(await all(store.listChunks({ ...key, ...other }))).toEqual([]);
      }
      const rows = await store.insertShard({ ...key, since: 2 }, newLedger(1), newChunks(1));
      expect(await store.readLedger({ ...key, since: 2 })).toEqual(rows.ledger);
      expect(await all(store.listChunks(key))).toHaveLength(2);
    });

    test('existing rows of a shard are left unchanged and returned', async () => {
      const { key, rows } = await insert(230);
      const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
      chunks.set(2, { ...chunkOf(chunks, 2), attempts: [1] });
      const ledger = { ...rows.ledger.value, usualMs: 7 };
      const gone = await store.commitShard(key, rows, { run: viewOf(runningRun(key.runId)), ledger, chunks });
      const again = await store.insertShard(key, newLedger(230, 1), newChunks(230));
      expect(again).toEqual(gone);
      expect(await store.readLedger(key)).toEqual(gone.ledger);
    });

    test('a partly written shard is completed, and each of several writers at once sees the whole shard', async () => {
      const { key, rows } = await insert(120);
      const partition = shardPartition(key);
      const left = ['shard', 'chunk:000003', 'chunk:000117'];
      for (const rowKey of left) {
        const row = await tables.get(TABLES.chunks, partition, rowKey);
        await tables.write(TABLES.chunks, [
          { kind: 'delete', partitionKey: partition, rowKey, etag: row?.etag ?? 'no row' },
        ]);
      }
      const written = await Promise.all([1, 2, 3].map(() => store.insertShard(key, newLedger(120, 1), newChunks(120))));
      for (const one of written) expect(one).toEqual(written[0]);
      expect(written[0]?.ledger.value).toEqual(rows.ledger.value);
      expect(await all(store.listChunks(key))).toEqual([...(written[0]?.chunks.values() ?? [])]);
      expect(written[0]?.chunks.get(4)).toEqual(rows.chunks.get(4));
    });

    test('a ledger stores ranges, claims and times in readable columns', async () => {
      const key = shardKey(runningRun(newRunId()));
      const ledger = {
        ...newLedger(50, 1),
        todo: [[3, 31] as const, [40, 40] as const],
        open: [{ chunk: 1, at: NOON, sends: 2, by: 'tok.1', notBefore: NOON + 5 }],
        outbox: [{ chunk: 2, at: NOON, items: [2], reason: 'lost' }],
      };
      await store.insertShard(key, ledger, newChunks(1));
      expect((await store.readLedger(key))?.value).toEqual(ledger);
      const row = await tables.get(
        TABLES.chunks,
        `${key.runId.replaceAll('~', '~7e').replace("'", '~27')}:${key.generation}:measure.1:0000`,
        'shard',
      );
      expect(row?.cells).toMatchObject({
        todo: '3-31,40',
        open: '[{"chunk":1,"at":"2026-01-02T12:00:00.000Z","sends":2,"by":"tok.1","notBefore":"2026-01-02T12:00:00.005Z"}]',
        owed: '[{"chunk":2,"at":"2026-01-02T12:00:00.000Z","items":[2],"reason":"lost"}]',
        fold: '{"total":0}',
      });
    });

    test('I1: ledger and chunks are committed together, and the stored rows are returned', async () => {
      const { key, rows } = await insert(3);
      const outcome = { status: 'succeeded', result: { size: 4 }, durationMs: 9 } as const;
      const failed = { status: 'failed', error: { code: 'Bad', message: 'no' }, durationMs: 1 } as const;
      const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
      chunks.set(0, { ...chunkOf(chunks, 0), outcomes: [outcome] });
      chunks.set(2, { ...chunkOf(chunks, 2), attempts: [3], outcomes: [failed] });
      const failures = [{ code: 'Bad', count: 1, example: { index: 2, message: 'no' } }];
      const ledger = { ...rows.ledger.value, succeeded: 1, failed: 1, failures };
      const after = await store.commitShard(key, rows, { run: viewOf(runningRun(key.runId)), ledger, chunks });
      expect(await store.readLedger(key)).toEqual(after.ledger);
      expect(await all(store.listChunks(key))).toEqual([...after.chunks.values()]);
      expect(after.chunks.get(0)?.value).toMatchObject({ items: ['word 0'], outcomes: [outcome] });
      expect(after.chunks.get(1)).toBe(rows.chunks.get(1));
    });

    test('a commit without changes writes nothing', async () => {
      const { key, rows } = await insert(1);
      const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
      const state = { run: viewOf(runningRun(key.runId)), ledger: rows.ledger.value, chunks };
      expect(await store.commitShard(key, rows, state)).toBe(rows);
      expect(await store.readLedger(key)).toEqual(rows.ledger);
    });

    test('a conflict names the row by number: the ledger is 0, then the changed chunks in ascending order', async () => {
      const { key, rows } = await insert(4);
      const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
      const tried = (number: number) => ({ ...chunkOf(chunks, number), attempts: [1] });
      const run = viewOf(runningRun(key.runId));
      const ledger = { ...rows.ledger.value, usualMs: 1 };
      const first = await store.commitShard(key, rows, { run, ledger, chunks: new Map(chunks).set(3, tried(3)) });
      const next = {
        run,
        ledger: { ...ledger, usualMs: 2 },
        chunks: new Map(chunks).set(3, tried(3)).set(1, tried(1)),
      };
      const staleLedger = { ...rows, chunks: first.chunks };
      await expect(store.commitShard(key, staleLedger, next)).rejects.toMatchObject({ index: 0, reason: 'changed' });
      const staleChunk = { ledger: first.ledger, chunks: rows.chunks };
      await expect(store.commitShard(key, staleChunk, next)).rejects.toMatchObject({ index: 2, reason: 'changed' });
      expect((await store.readChunk(key, 1))?.value.attempts).toEqual([0]);
    });

    test('results that outgrow a property use further ones, and a shorter text leaves no rest of them', async () => {
      const { key, rows } = await insert(1);
      const padded = (padding: string) =>
        ({ status: 'succeeded', result: { size: 1, padding }, durationMs: 1 }) as const;
      const commit = async (
        before: { ledger: Versioned<ReturnType<typeof newLedger>>; chunks: typeof rows.chunks },
        outcome: ReturnType<typeof padded> | null,
      ) => {
        const row = before.chunks.get(0);
        if (row === undefined) throw new Error('no chunk');
        const chunks = new Map([[0, { ...row.value, attempts: [outcome === null ? 0 : 1], outcomes: [outcome] }]]);
        const ledger = before.ledger.value;
        return await store.commitShard(key, before, { run: viewOf(runningRun(key.runId)), ledger, chunks });
      };
      // Of these, one has a character of two UTF-16 units across a cut.
      const odd = await commit(rows, padded(`x${'🙂'.repeat(50_000)}`));
      expect(await store.readChunk(key, 0)).toEqual(odd.chunks.get(0));
      const long = await commit(odd, padded('🙂'.repeat(50_000)));
      expect(await store.readChunk(key, 0)).toEqual(long.chunks.get(0));
      const short = await commit(long, padded('short'));
      expect(await store.readChunk(key, 0)).toEqual(short.chunks.get(0));
      const none = await commit(short, null);
      expect(await store.readChunk(key, 0)).toEqual(none.chunks.get(0));
    });
  });
}

function chunkOf<Value>(chunks: ReadonlyMap<number, Value>, number: number): Value {
  const chunk = chunks.get(number);
  if (chunk === undefined) throw new Error(`no chunk ${number}`);
  return chunk;
}
