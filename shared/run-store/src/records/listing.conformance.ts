import { keyText } from '@tally/contracts';
import { NO_WRITES, type RecordWrites, type Run } from '@tally/run-state';
import { beforeAll, describe, expect, test } from 'vitest';
import { all, newRunId } from '../fixtures/conformance.fixture.ts';
import { NOON, newChunks, newLedger, ROUND, runningRun, shardKey, sumShape } from '../fixtures/sum-chain.fixture.ts';
import { TABLES } from '../rows/keys.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import type { RunWrite, Versioned } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import type { Tables } from '../tables/tables.ts';
import type { ShardStore } from './shard-records.ts';

const DAY_MS = 86_400_000;

/**
 * What the store does for the listing, for purges, dead letters and workers, on any implementation of the
 * tables.
 */
export function describeListing(name: string, connect: () => Promise<Tables>): void {
  describe(`listing and purges: ${name}`, () => {
    let tables: Tables;
    let store: RunStore;
    let shards: ShardStore;
    beforeAll(async () => {
      tables = await connect();
      store = createRunStore({ tables });
      shards = store.shards(sumShape);
      await store.prepare();
    });

    /** A run created at an instant, with the generation that belongs to it. */
    const runAt = (createdAt: number, runId = newRunId()) =>
      runningRun(runId, { createdAt, generation: createdAt.toString(36), updatedAt: createdAt });

    test('a day is listed newest first, with both bounds included, and from any line on', async () => {
      const start = Date.UTC(2033, 5, 1);
      const runs = [0, 1_000, 2_000, 2_000, 3_000].map((after) => runAt(start + after));
      for (const run of [...runs, ...runs]) await store.indexByDay(run);
      const lines = await all(store.listDay('20330601'));
      expect(lines.map(({ createdAt }) => createdAt - start)).toEqual([3_000, 2_000, 2_000, 1_000, 0]);
      expect(new Set(lines.map(({ runId }) => runId))).toEqual(new Set(runs.map(({ runId }) => runId)));
      const times = async (part: Parameters<typeof store.listDay>[1]) =>
        (await all(store.listDay('20330601', part))).map(({ createdAt }) => createdAt - start);
      expect(await times({ createdFrom: start + 1_000, createdTo: start + 2_000 })).toEqual([2_000, 2_000, 1_000]);
      expect(await times({ createdFrom: start + 1_001, createdTo: start + 1_999 })).toEqual([]);
      expect(await times({ limit: 2 })).toEqual([3_000, 2_000]);
      for (const [place, { key }] of lines.entries()) {
        expect(await all(store.listDay('20330601', { after: key }))).toEqual(lines.slice(place + 1));
        expect(await all(store.listDay('20330601', { after: key, limit: 1 }))).toEqual(
          lines.slice(place + 1, place + 2),
        );
      }
      expect(await times({ after: lines[3]?.key, createdTo: start + 2_000 })).toEqual([0]);
    });

    test('a deleted line is gone, and a second delete does no harm', async () => {
      const run = runAt(Date.UTC(2033, 7, 1));
      await store.indexByDay(run);
      const [line] = await all(store.listDay('20330801'));
      if (line === undefined) throw new Error('no line');
      await store.deleteDayRow(line);
      await store.deleteDayRow(line);
      expect(await all(store.listDay('20330801'))).toEqual([]);
    });

    test('days with listed runs come newest first, once each, and are removed only when empty', async () => {
      const start = Date.UTC(2034, 11, 30);
      const other = createRunStore({ tables });
      for (const days of [0, 3, 1, 1]) {
        await store.indexByDay(runAt(start + days * DAY_MS));
        await other.indexByDay(runAt(start + days * DAY_MS));
      }
      const days = async (from = '20341201', to = '20350131') => await all(store.listDays({ from, to }));
      expect(await days()).toEqual(['20350102', '20341231', '20341230']);
      expect(await days('20341231', '20341231')).toEqual(['20341231']);
      expect(await days('20341230', '20350101')).toEqual(['20341231', '20341230']);
      expect(await all(store.listDays())).toEqual(expect.arrayContaining(await days()));
      await store.forgetDay('20341231');
      expect(await days()).toHaveLength(3);
      for (const line of await all(store.listDay('20341231'))) await store.deleteDayRow(line);
      await store.forgetDay('20341231');
      await store.forgetDay('20341231');
      expect(await days()).toEqual(['20350102', '20341230']);
      await store.indexByDay(runAt(start + DAY_MS));
      expect(await days()).toHaveLength(3);
    });

    /** A run that is written with its input, and with its version. */
    const written = async (run: Run, write: Partial<RunWrite> = {}): Promise<Versioned<Run>> => {
      const etag = await store.writeRun(null, { run, input: null, history: [], ...write });
      return { value: run, etag };
    };
    const summary = { shard: 0, succeeded: 1, failed: 0, failures: [], fold: { total: 1 } };
    const writes: RecordWrites = {
      ...NO_WRITES,
      tasks: [{ node: 'pdf', since: 1, input: 1 }],
      outputs: [{ node: 'video', since: 1, output: 2 }],
      event: { name: 'Go', at: NOON, payload: true },
      summary: { ...ROUND, summary },
    };

    test('I8: a run is marked as purged only in the version that was read, and is absent from then on', async () => {
      const run = runAt(NOON);
      const { generation } = run;
      const first = await written(run, { history: [{ at: NOON, type: 'Started' }] });
      const value = { ...run, epoch: 2 };
      const second = {
        value,
        etag: await store.writeRun({ generation, etag: first.etag }, { run: value, history: [] }),
      };
      await expect(store.markPurged(first, NOON + 1)).rejects.toBeInstanceOf(ConflictError);
      expect(await store.readRun(run.runId)).not.toBeNull();
      await store.markPurged(second, NOON + 1);
      expect(await store.readRun(run.runId)).toBeNull();
      expect(await store.readWhole(run.runId)).toBeNull();
      expect(await store.lookAtRun(run.runId)).toBeNull();
      expect(await store.readHistory(run.runId)).toEqual([]);
      await expect(store.markPurged(second, NOON + 1)).rejects.toBeInstanceOf(ConflictError);
      const late = store.writeRun({ generation, etag: second.etag }, { run, history: [] });
      await expect(late).rejects.toBeInstanceOf(ConflictError);
    });

    test('a marked run is deleted with all rows beside it', async () => {
      const run = runAt(NOON + 1);
      const before = await written(run, { writes, history: [{ at: NOON, type: 'Started' }] });
      await shards.insertShard(shardKey(run), newLedger(3), newChunks(3));
      await store.indexByDay(run);
      await store.queuePurge(run.runId, run.generation, run.opened);
      await store.markPurged(before, NOON + 2);
      await store.purgeGeneration(run.runId, run.generation, run.opened);
      expect(await all(tables.list(TABLES.runs, { partitionKey: keyText(run.runId) }))).toEqual([]);
      expect(await shards.readLedger(shardKey(run))).toBeNull();
      const lines = await all(store.listDay('20260102', { createdFrom: NOON + 1, createdTo: NOON + 1 }));
      expect(lines.filter(({ runId }) => runId === run.runId)).toEqual([]);
    });

    test('I8: the note of a purge is deleted only in the version that was read, and is written again by a new note', async () => {
      const run = runAt(NOON + 2);
      const { opened } = run;
      const noted = async () => (await all(store.listPurges())).filter(({ runId }) => runId === run.runId);
      await store.queuePurge(run.runId, run.generation, opened);
      const [first] = await noted();
      await store.queuePurge(run.runId, run.generation, opened);
      const [second] = await noted();
      if (first === undefined || second === undefined) throw new Error('the note is missing');
      expect(second).toMatchObject({ runId: run.runId, generation: run.generation, opened });
      expect(await store.deletePurge(first)).toBe(false);
      expect(await noted()).toEqual([second]);
      expect(await store.deletePurge(second)).toBe(true);
      expect(await noted()).toEqual([]);
    });

    test('a new run takes over the id of a marked run and sees nothing of that run', async () => {
      const old = runAt(NOON + 3);
      const before = await written(old, { input: 'old', writes, history: [{ at: NOON, type: 'Failed' }] });
      await store.markPurged(before, NOON + 4);
      const next = runAt(NOON + 5, old.runId);
      const event = { name: 'Go', at: NOON + 6, payload: 1 };
      const history = [{ at: NOON + 5, type: 'Started' }] as const;
      await written(next, { input: 'new', writes: { ...NO_WRITES, event }, history });
      const read = await store.readWhole(old.runId);
      expect(read).toMatchObject({
        run: { generation: next.generation },
        records: { input: 'new', tasks: new Map(), outputs: new Map() },
      });
      await store.purgeGeneration(old.runId, old.generation, []);
      expect(await store.readWhole(old.runId)).toEqual(read);
      expect(await shards.readSummaries({ ...old, ...ROUND })).toEqual([]);
      expect((await store.readHistory(old.runId)).map(({ type }) => type)).toEqual(['Started', 'EventRaised']);
    });

    test('an id is taken over once, and never from an unmarked run or by the same generation', async () => {
      const old = runAt(NOON + 7);
      const before = await written(old);
      const next = runAt(NOON + 8, old.runId);
      await expect(written(next)).rejects.toMatchObject({ reason: 'exists' });
      await store.markPurged(before, NOON + 8);
      await expect(written(old)).rejects.toMatchObject({ reason: 'exists' });
      const results = await Promise.allSettled([next, runAt(NOON + 9, old.runId)].map((run) => written(run)));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test('dead letters are listed page by page, and are read and deleted one by one', async () => {
      const stage = `stage of ${newRunId()}`;
      const letters = ['a', 'a b', 'b/c', "it's", 'z'].map((id, place) => ({
        ...{ stage, id, at: NOON + Math.floor(place / 3), sourceQueue: 'measure' },
        ...{ body: '{}', reason: 'why', dequeueCount: 1 },
      }));
      for (const letter of letters) await store.insertDeadLetter(letter);
      expect(await all(store.listDeadLetters(stage, { limit: 2 }))).toEqual(letters.slice(0, 2));
      for (const [place, after] of letters.entries()) {
        expect(await all(store.listDeadLetters(stage, { after }))).toEqual(letters.slice(place + 1));
        expect(await store.readDeadLetter(after)).toEqual(after);
      }
      const [first] = letters;
      if (first === undefined) throw new Error('no letter');
      const deleted = await Promise.all([1, 2].map(() => store.deleteDeadLetter(first)));
      expect(deleted.filter(Boolean)).toHaveLength(1);
      expect(await store.deleteDeadLetter(first)).toBe(false);
      expect(await store.readDeadLetter(first)).toBeNull();
      expect(await all(store.listDeadLetters(stage))).toEqual(letters.slice(1));
    });

    test('a live row that many processes touch at once is touched for each of them', async () => {
      const runId = newRunId();
      const before = await store.touchLive(runId, NOON, 'start');
      const touched = await Promise.all(
        [...Array(60).keys()].map((after) => store.touchLive(runId, NOON + 1 + after, 'start')),
      );
      for (const row of touched) expect(row.etag).not.toBe(before.etag);
      expect(await store.deleteLive(before)).toBe(false);
      const absent = newRunId();
      await Promise.all([...Array(60).keys()].map((after) => store.touchLive(absent, NOON + after, 'start')));
      expect(await store.readLive(absent)).not.toBeNull();
    });

    test('a worker is inserted, touched in the version that was written last, and deleted only in the version that was read', async () => {
      const worker = { stage: 'measure', process: newRunId(), since: NOON, lastSeen: NOON };
      const isOurs = ({ value }: { value: { process: string } }) => value.process === worker.process;
      const ours = async () => (await all(store.listWorkers())).filter(isOurs);
      const first = await store.beat(worker, null);
      await expect(store.beat(worker, null)).rejects.toBeInstanceOf(ConflictError);
      const later = { ...worker, lastSeen: NOON + 30_000 };
      const second = await store.beat(later, first);
      await expect(store.beat(worker, first)).rejects.toBeInstanceOf(ConflictError);
      await store.deleteWorker({ value: worker, etag: first });
      expect(await ours()).toEqual([{ value: later, etag: second }]);
      await store.deleteWorker({ value: later, etag: second });
      await store.deleteWorker({ value: later, etag: second });
      expect(await ours()).toEqual([]);
    });
  });
}
