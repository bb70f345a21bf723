import { keyText } from '@tally/contracts';
import { beforeAll, describe, expect, test } from 'vitest';
import { all, newRunId } from '../fixtures/conformance.fixture.ts';
import { NOON, newChunks, newLedger, runningRun, shardKey, sumShape } from '../fixtures/sum-chain.fixture.ts';
import { TABLES } from '../rows/keys.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import type { StoredRow, Tables } from '../tables/tables.ts';
import type { ShardStore } from './shard-records.ts';

/**
 * What the store does with the index, with purges and with dead letters, on any implementation of the tables.
 */
export function describeIndex(name: string, connect: () => Promise<Tables>): void {
  describe(`index and dead letters: ${name}`, () => {
    let tables: Tables;
    let store: RunStore;
    let shards: ShardStore;
    beforeAll(async () => {
      tables = await connect();
      store = createRunStore({ tables });
      shards = store.shards(sumShape);
      await store.prepare();
    });
    const rowsOf = async (table: string, partitionKey: string): Promise<StoredRow[]> =>
      await all(tables.list(table, { partitionKey }));

    test('a live row is inserted, touched, and deleted only in the version that was read last', async () => {
      const runId = newRunId();
      expect(await store.readLive(runId)).toBeNull();
      const first = await store.touchLive(runId, NOON, 'rewind');
      expect(await store.readLive(runId)).toEqual(first);
      expect(first).toMatchObject({ runId, touchedAt: NOON, forStart: false });
      await store.touchLive(runId, NOON + 1, 'start');
      const second = await store.touchLive(runId, NOON + 1, 'rewind');
      expect(await store.readLive(runId)).toEqual(second);
      expect(second).toMatchObject({ touchedAt: NOON + 1, forStart: true });
      expect((await all(store.listLive())).map((row) => row.runId)).toContain(runId);
      expect(await store.deleteLive(first)).toBe(false);
      expect(await store.deleteLive(second)).toBe(true);
      expect(await store.deleteLive(second)).toBe(true);
      expect(await store.readLive(runId)).toBeNull();
    });

    test('live rows are listed over all partitions and from a given place, also where an older version of Tally has put them', async () => {
      const ids = Array.from({ length: 40 }, () => newRunId());
      for (const runId of ids.slice(1)) await store.touchLive(runId, NOON, 'start');
      const [former = ''] = ids;
      const row = {
        partitionKey: 'live',
        rowKey: keyText(former),
        cells: { touchedTime: new Date(NOON).toISOString() },
      };
      await tables.write(TABLES.index, [{ kind: 'insert', row }]);
      const rows = await all(store.listLive());
      expect(new Set(rows.map(({ place }) => place.split(' ')[0])).size).toBeGreaterThan(10);
      const own = rows.filter(({ runId }) => ids.includes(runId));
      expect(own.map(({ runId }) => runId).toSorted()).toEqual(ids.toSorted());
      expect(own[0]).toMatchObject({ runId: former, place: `live ${keyText(former)}` });
      for (const place of [0, 1, 17, rows.length - 1])
        expect(await all(store.listLive({ after: rows[place]?.place }))).toEqual(rows.slice(place + 1));
      for (const limit of [1, 2, 11, 1_000])
        expect(await all(store.listLive({ after: rows[0]?.place, limit }))).toEqual(rows.slice(1, limit + 1));
      const found = await store.readLive(former);
      expect(found).toEqual(own[0]);
      // A touch makes a row of its own, so the former one stays as it was.
      await store.touchLive(former, NOON + 1, 'rewind');
      expect(await store.readLive(former)).toMatchObject({ touchedAt: NOON + 1, forStart: false });
      expect(found === null ? null : await store.deleteLive(found)).toBe(true);
      for (const live of await all(store.listLive())) if (ids.includes(live.runId)) await store.deleteLive(live);
      expect(await store.readLive(former)).toBeNull();
    });

    test('I8: a cursor moves on from where it was read; one that another process has moved stays', async () => {
      const name = newRunId();
      expect(await store.readCursor(name)).toBeNull();
      const first = await store.moveCursor(name, null, 'a b');
      expect(first).toEqual(await store.readCursor(name));
      expect(await store.moveCursor(name, null, 'late')).toEqual(first);
      const second = await store.moveCursor(name, first, '');
      expect(second).toMatchObject({ value: '' });
      expect(await store.moveCursor(name, first, 'late')).toEqual(second);
    });

    test('a run is listed once on its day, newest first', async () => {
      const base = Date.UTC(2031, 4, 6);
      const older = runningRun(newRunId(), { createdAt: base });
      const newer = runningRun(newRunId(), { createdAt: base + 5 });
      for (const run of [older, newer, older]) await store.indexByDay(run);
      const day = new Date(base).toISOString().slice(0, 10).replaceAll('-', '');
      const rows = await rowsOf(TABLES.index, `day:${day}`);
      expect(rows.map(({ cells }) => cells['runId'])).toEqual([newer.runId, older.runId]);
    });

    test('a purge deletes an old generation with all its rounds, and leaves the new generation', async () => {
      const createdAt = NOON + 7;
      const generation = createdAt.toString(36);
      const rounds = [
        { node: 'measure', since: 1, shards: 2 },
        { node: 'measure', since: 3, shards: 1 },
        { node: 'weigh', since: 1, shards: 1 },
      ];
      const old = runningRun(newRunId(), { generation, createdAt, opened: rounds });
      const next = { ...old, generation: 'next', createdAt: NOON + 9 };
      const etag = await store.writeRun(null, { run: old, input: 'old', history: [{ at: NOON, type: 'Failed' }] });
      await store.writeRun({ generation, etag }, { run: next, input: 'new', history: [{ at: NOON, type: 'Started' }] });
      const keys = [shardKey(old), shardKey(old, 1), ...rounds.slice(1).map((round) => shardKey(old, 0, round))];
      for (const key of keys) await shards.insertShard(key, newLedger(110), newChunks(110));
      const kept = await shards.insertShard(shardKey(next), newLedger(1), newChunks(1));
      await store.indexByDay(old);
      await store.queuePurge(old.runId, generation, rounds);
      await store.queuePurge(old.runId, generation, rounds);
      const isOurs = ({ runId }: { runId: string }) => runId === old.runId;
      expect((await all(store.listPurges())).filter(isOurs)).toMatchObject([
        { runId: old.runId, generation, opened: rounds },
      ]);
      await store.purgeGeneration(old.runId, generation, rounds);
      await store.purgeGeneration(old.runId, generation, rounds);
      for (const key of keys) {
        expect(await shards.readLedger(key)).toBeNull();
        expect(await all(shards.listChunks(key))).toEqual([]);
      }
      expect((await all(store.listPurges())).filter(isOurs)).toEqual([]);
      expect((await shards.readLedger(shardKey(next)))?.etag).toBe(kept.ledger.etag);
      expect(await store.readHistory(old.runId)).toEqual([{ at: NOON, type: 'Started' }]);
      expect(await store.readWhole(old.runId)).toMatchObject({
        run: { generation: 'next' },
        records: { input: 'new' },
      });
    });

    test('a dead letter of a run is deleted with the rows of its generation, and its pointer with the letter', async () => {
      const stage = `stage ${newRunId()}`;
      const run = runningRun(newRunId());
      const letters = [run.generation, run.generation, 'other'].map((generation, place) => ({
        ...{ stage, at: NOON, id: `m${place}`, sourceQueue: 'measure', body: '{}', reason: 'why', dequeueCount: 1 },
        ...{ runId: run.runId, generation },
      }));
      const [first, second, other] = letters;
      if (first === undefined || second === undefined || other === undefined) throw new Error('no letters');
      for (const letter of letters) await store.insertDeadLetter(letter, letter);
      const pointers = async () =>
        (await rowsOf(TABLES.runs, keyText(run.runId))).map(({ rowKey }) => rowKey.split(':').slice(0, 2));
      expect(await pointers()).toEqual([...letters].map(({ generation }) => ['letter', generation]));
      expect(await store.deleteDeadLetter(first, run)).toBe(true);
      await store.purgeGeneration(run.runId, run.generation, []);
      expect(await pointers()).toEqual([['letter', 'other']]);
      expect(await all(store.listDeadLetters(stage))).toEqual([other]);
    });

    test('a dead letter holds the whole message, once for each instant and id, oldest first', async () => {
      const stage = `stage ${newRunId()}`;
      const letter = {
        stage,
        at: NOON + 1,
        id: 'a/b',
        sourceQueue: 'measure',
        body: '{"x":1}'.repeat(9_000),
        reason: 'poison',
        dequeueCount: 5,
        runId: 'r',
        generation: 'g',
        items: [1, 2],
      };
      const bare = {
        stage,
        at: NOON,
        id: 'c',
        sourceQueue: 'measure',
        body: ' ',
        reason: 'not JSON',
        dequeueCount: 0,
      };
      await store.insertDeadLetter(letter);
      await store.insertDeadLetter(letter);
      await store.insertDeadLetter(bare);
      expect(await all(store.listDeadLetters(stage))).toEqual([bare, letter]);
    });
  });
}
