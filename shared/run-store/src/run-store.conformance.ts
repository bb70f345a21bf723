import type { Run } from '@tally/run-state';
import { beforeAll, describe, expect, test } from 'vitest';
import { all, newRunId } from './fixtures/conformance.fixture.ts';
import {
  type Measured,
  NOON,
  newChunks,
  newLedger,
  runningRun,
  type Sum,
  shardKey,
  sumRows,
} from './fixtures/sum-chain.fixture.ts';
import type { RunStore, Versioned } from './port.ts';
import { TABLES } from './rows/keys.ts';
import { isSameRun } from './rows/run-row.ts';
import { createRunStore } from './run-store.ts';
import { ConflictError } from './tables/errors.ts';
import { UnreadableRowError } from './tables/row-errors.ts';
import type { StoredRow, Tables } from './tables/tables.ts';

/** What the store does on any implementation of the tables. */
export function describeRunStore(name: string, connect: () => Promise<Tables>): void {
  describe(`run store: ${name}`, () => {
    let tables: Tables;
    let store: RunStore<string, Measured, Sum>;
    beforeAll(async () => {
      tables = await connect();
      store = createRunStore({ tables, rows: sumRows });
      await store.prepare();
    });
    const rowsOf = async (table: string, partitionKey: string): Promise<StoredRow[]> =>
      await all(tables.list(table, { partitionKey }));

    describe('runs', () => {
      const head = (runId: string) => {
        const { status: _, gate: __, ...rest } = runningRun(runId);
        return rest;
      };
      const ended = { endedAt: NOON + 5, housed: { succeeded: 3, failed: 1, aborted: 0 } };
      const examples: readonly ((runId: string) => Run)[] = [
        (runId) => ({ ...head(runId), status: 'Pending' }),
        (runId) =>
          runningRun(runId, {
            counted: [0, 1, 2, 5],
            shards: 8,
            options: {
              tolerance: { count: 3, percentage: 12.5 },
              deadline: NOON + 1_000,
              gate: { event: 'Approval', timeoutMs: 60_000, onTimeout: 'fail' },
            },
            gate: { state: 'waiting', until: NOON + 60_000 },
            input: ['a', { b: null }],
            customStatus: { half: 0.5, list: ['ü', true] },
            traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
          }),
        (runId) => ({ ...head(runId), status: 'Suspended', gate: { state: 'passed', by: 'event' }, reason: ' ' }),
        (runId) => ({ ...head(runId), ...ended, status: 'Completed', output: { text: 'x"y'.repeat(30_000) } }),
        (runId) => ({ ...head(runId), ...ended, status: 'Failed', error: { code: 'Rejected', message: 'no' } }),
        (runId) => ({ ...head(runId), ...ended, housed: null, status: 'Terminated', reason: null }),
      ];

      test.each(examples)('a run of every status comes back as it was written (%#)', async (example) => {
        const run = example(newRunId());
        const { etag } = await store.writeRun(null, { run, history: [] });
        expect(await store.readRun(run.runId)).toEqual({ value: run, etag });
      });

      test('a shorter output replaces one that took several properties', async () => {
        const run = examples[3]?.(newRunId());
        if (run?.status !== 'Completed') throw new Error('not the completed one');
        const first = await store.writeRun(null, { run, history: [] });
        await store.writeRun(first, { run: { ...run, output: 'short' }, history: [] });
        expect((await store.readRun(run.runId))?.value).toMatchObject({ output: 'short' });
      });

      test('a run that was read back is the same as the one that was written, another is not', async () => {
        const run: Run = { ...runningRun(newRunId()), traceparent: undefined };
        await store.writeRun(null, { run, history: [] });
        const read = await store.readRun(run.runId);
        expect(read !== null && isSameRun(read.value, run)).toBe(true);
        expect(isSameRun(run, { ...run, epoch: 2 })).toBe(false);
      });

      test('an unknown run is null', async () => {
        expect(await store.readRun(newRunId())).toBeNull();
      });

      test('I8: a run is inserted once, and replaced only as it was read', async () => {
        const run = runningRun(newRunId());
        const first = await store.writeRun(null, { run, history: [] });
        await expect(store.writeRun(null, { run, history: [] })).rejects.toMatchObject({ index: 0, reason: 'exists' });
        await store.writeRun(first, { run: { ...run, epoch: 2 }, history: [] });
        await expect(store.writeRun(first, { run, history: [] })).rejects.toMatchObject({
          index: 0,
          reason: 'changed',
        });
        expect((await store.readRun(run.runId))?.value.epoch).toBe(2);
      });

      test('I1: a marker goes with the run row or not at all, and once', async () => {
        const run = runningRun(newRunId(), { shards: 2 });
        const failures = [{ code: 'Bad', count: 1, example: { index: 3, message: 'it broke' } }];
        const marker = { shard: 1, succeeded: 3, failed: 1, failures, fold: { total: 6 } };
        const first = await store.writeRun(null, { run, history: [] });
        const counted = await store.writeRun(first, { run: { ...run, counted: [1] }, marker, history: [] });
        expect(await store.readMarkers(run.runId)).toEqual([marker]);
        const other = { ...marker, shard: 0 };
        const late = store.writeRun(first, { run, marker: other, history: [] });
        await expect(late).rejects.toBeInstanceOf(ConflictError);
        const twice = store.writeRun(counted, { run, marker, history: [] });
        await expect(twice).rejects.toMatchObject({ index: 1, reason: 'exists' });
        expect(await store.readMarkers(run.runId)).toEqual([marker]);
      });

      test('a rewind drops all 64 markers in the transaction that writes the run row', async () => {
        const run = runningRun(newRunId(), { shards: 64 });
        let written = await store.writeRun(null, { run, history: [] });
        for (let shard = 0; shard < 64; shard += 1) {
          const marker = { shard, succeeded: 1, failed: 0, failures: [], fold: { total: shard } };
          written = await store.writeRun(written, { run, marker, history: [] });
        }
        expect((await store.readMarkers(run.runId)).map(({ shard }) => shard)).toEqual([...Array(64).keys()]);
        const history = [{ at: NOON, type: 'Rewound' }];
        await store.writeRun(written, { run: { ...run, epoch: 2 }, dropMarkers: true, history });
        expect(await store.readMarkers(run.runId)).toEqual([]);
        expect(await store.readHistory(run.runId)).toEqual(history);
      });

      test('I8: the timeline is in the order of its times, and within a millisecond in that of the writes, however many lines they bring', async () => {
        const run = runningRun(newRunId());
        const lines = (...types: string[]) => types.map((type) => ({ at: NOON, type, detail: { because: type } }));
        let written = await store.writeRun(null, { run, history: lines('0') });
        const expected = ['earlier', '0'];
        for (let n = 1; n < 25; n += 1) {
          const types = n % 3 === 1 ? [`${n}`, `${n} too`] : [`${n}`];
          expected.push(...types);
          written = await store.writeRun(written, { run, history: lines(...types) });
        }
        const history = [{ at: NOON + 1, type: 'bare' }, ...lines('last'), { at: NOON - 1, type: 'earlier' }];
        await store.writeRun(written, { run, history });
        expect((await store.readHistory(run.runId)).map(({ type }) => type)).toEqual([...expected, 'last', 'bare']);
      });

      test('a new generation of an id starts without markers, timeline and events of the old one', async () => {
        const run = runningRun(newRunId());
        const marker = { shard: 0, succeeded: 1, failed: 0, failures: [], fold: { total: 1 } };
        const old = await store.writeRun(null, { run, marker, history: [{ at: NOON, type: 'old' }] });
        await store.insertEvent(run.runId, run.gen, 'Approval', '"old"', NOON);
        const next = { ...run, gen: 'next', createdAt: NOON + 1 };
        await store.writeRun(old, { run: next, history: [{ at: NOON + 1, type: 'new' }] });
        expect(await store.readMarkers(run.runId)).toEqual([]);
        expect(await store.readHistory(run.runId)).toEqual([{ at: NOON + 1, type: 'new' }]);
        expect(await store.readEvent(run.runId, 'next', 'Approval')).toBeNull();
        expect(await store.insertEvent(run.runId, 'next', 'Approval', '"new"', NOON)).toBe(true);
        expect(await store.readEvent(run.runId, 'next', 'Approval')).toBe('"new"');
      });

      test('the first event of a name stands, whatever the name and the body are', async () => {
        const { runId, gen } = runningRun(newRunId());
        const event = `a/b\\c#d?e'f`;
        expect(await store.readEvent(runId, gen, event)).toBeNull();
        expect(await store.insertEvent(runId, gen, event, ' ', NOON)).toBe(true);
        expect(await store.insertEvent(runId, gen, event, 'second', NOON)).toBe(false);
        expect(await store.readEvent(runId, gen, event)).toBe(' ');
      });

      test('a row that is not as Tally writes it is refused with its name and the column', async () => {
        const run = runningRun(newRunId());
        await store.writeRun(null, { run, history: [] });
        const [row] = await rowsOf(TABLES.runs, run.runId.replace("'", '~27').replace('~2f', '~7e2f'));
        if (row === undefined) throw new Error('the run is not where it should be');
        const broken = { ...row, cells: { ...row.cells, createdTime: 'yesterday', gate: '{"state":"open"}' } };
        await tables.write(TABLES.runs, [{ kind: 'replace', row: broken, etag: row.etag }]);
        const reading = store.readRun(run.runId);
        await expect(reading).rejects.toBeInstanceOf(UnreadableRowError);
        await expect(reading).rejects.toThrow(/runs\/run.*createdTime.*gate\.state/);
      });
    });

    describe('shards', () => {
      const insert = async (chunks: number, items?: (chunk: number) => string[]) => {
        const key = shardKey(runningRun(newRunId()));
        return { key, rows: await store.insertShard(key, newLedger(chunks, 1), newChunks(chunks, items)) };
      };

      test('a shard of more rows than a transaction holds comes back with the ETags it was inserted with', async () => {
        const { key, rows } = await insert(230, (chunk) => [`${'long '.repeat(2_000)}${chunk}`]);
        expect(await store.readLedger(key)).toEqual(rows.ledger);
        expect(await all(store.listChunks(key))).toEqual([...rows.chunks.values()]);
        expect((await all(store.listChunks(key, 200))).map(({ value }) => value.chunk)).toEqual(
          Array.from({ length: 30 }, (_, place) => 200 + place),
        );
        expect(await store.readChunk(key, 229)).toEqual(rows.chunks.get(229));
      });

      test('a shard is inserted once, and an absent one is null', async () => {
        const { key } = await insert(2);
        await expect(store.insertShard(key, newLedger(2), newChunks(2))).rejects.toBeInstanceOf(ConflictError);
        expect(await store.readLedger({ ...key, shard: 1 })).toBeNull();
        expect(await store.readChunk(key, 7)).toBeNull();
        expect(await all(store.listChunks({ ...key, gen: 'other' }))).toEqual([]);
      });

      test('a ledger keeps ranges, claims and times in columns that a person can read', async () => {
        const key = shardKey(runningRun(newRunId()));
        const ledger = {
          ...newLedger(50, 1),
          todo: [[3, 31] as const, [40, 40] as const],
          open: [{ chunk: 1, at: NOON, sends: 2, by: 'tok.1', notBefore: NOON + 5 }],
          owed: [{ chunk: 2, at: NOON, items: [2], reason: 'lost' }],
        };
        await store.insertShard(key, ledger, newChunks(1));
        expect((await store.readLedger(key))?.value).toEqual(ledger);
        const row = await tables.get(
          TABLES.chunks,
          `${key.runId.replaceAll('~', '~7e').replace("'", '~27')}:${key.gen}:measure:0000`,
          'shard',
        );
        expect(row?.cells).toMatchObject({
          todo: '3-31,40',
          open: '[{"chunk":1,"at":"2026-01-02T12:00:00.000Z","sends":2,"by":"tok.1","notBefore":"2026-01-02T12:00:00.005Z"}]',
          owed: '[{"chunk":2,"at":"2026-01-02T12:00:00.000Z","items":[2],"reason":"lost"}]',
          fold: '{"total":0}',
        });
      });

      test('I1: ledger and chunks are committed together, and the rows that come back are those that stand', async () => {
        const { key, rows } = await insert(3);
        const outcome = { status: 'succeeded', result: { size: 4 }, durationMs: 9 } as const;
        const failed = { status: 'failed', error: { code: 'Bad', message: 'no' }, durationMs: 1 } as const;
        const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
        chunks.set(0, { ...chunkOf(chunks, 0), outcomes: [outcome] });
        chunks.set(2, { ...chunkOf(chunks, 2), attempts: [3], outcomes: [failed] });
        const failures = [{ code: 'Bad', count: 1, example: { index: 2, message: 'no' } }];
        const ledger = { ...rows.ledger.value, succeeded: 1, failed: 1, failures };
        const after = await store.commitShard(key, rows, { run: runningRun(key.runId), ledger, chunks });
        expect(await store.readLedger(key)).toEqual(after.ledger);
        expect(await all(store.listChunks(key))).toEqual([...after.chunks.values()]);
        expect(after.chunks.get(0)?.value).toMatchObject({ items: ['word 0'], outcomes: [outcome] });
        expect(after.chunks.get(1)).toBe(rows.chunks.get(1));
      });

      test('nothing changed: nothing is written', async () => {
        const { key, rows } = await insert(1);
        const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
        const state = { run: runningRun(key.runId), ledger: rows.ledger.value, chunks };
        expect(await store.commitShard(key, rows, state)).toBe(rows);
        expect(await store.readLedger(key)).toEqual(rows.ledger);
      });

      test('a conflict names the row: the ledger is 0, then the changed chunks in ascending order', async () => {
        const { key, rows } = await insert(4);
        const chunks = new Map([...rows.chunks].map(([number, { value }]) => [number, value]));
        const tried = (number: number) => ({ ...chunkOf(chunks, number), attempts: [1] });
        const run = runningRun(key.runId);
        const ledger = { ...rows.ledger.value, slowestMs: 1 };
        const first = await store.commitShard(key, rows, { run, ledger, chunks: new Map(chunks).set(3, tried(3)) });
        const next = {
          run,
          ledger: { ...ledger, slowestMs: 2 },
          chunks: new Map(chunks).set(3, tried(3)).set(1, tried(1)),
        };
        const staleLedger = { ...rows, chunks: first.chunks };
        await expect(store.commitShard(key, staleLedger, next)).rejects.toMatchObject({ index: 0, reason: 'changed' });
        const staleChunk = { ledger: first.ledger, chunks: rows.chunks };
        await expect(store.commitShard(key, staleChunk, next)).rejects.toMatchObject({ index: 2, reason: 'changed' });
        expect((await store.readChunk(key, 1))?.value.attempts).toEqual([0]);
      });

      test('results that outgrow a property go over into more, and a shorter text leaves nothing behind', async () => {
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
          return await store.commitShard(key, before, { run: runningRun(key.runId), ledger, chunks });
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

    describe('index and dead letters', () => {
      test('a live row is inserted, touched, and deleted only by who saw it last', async () => {
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

      test('a run is listed by its day, newest first, once', async () => {
        const base = Date.UTC(2031, 4, 6);
        const older = runningRun(newRunId(), { createdAt: base });
        const newer = runningRun(newRunId(), { createdAt: base + 5 });
        for (const run of [older, newer, older]) await store.indexByDay(run);
        const day = new Date(base).toISOString().slice(0, 10).replaceAll('-', '');
        const rows = await rowsOf(TABLES.index, `day:${day}`);
        expect(rows.map(({ cells }) => cells['runId'])).toEqual([newer.runId, older.runId]);
      });

      test('a purge deletes an old generation, its timeline and its row, and leaves the new one', async () => {
        const createdAt = NOON + 7;
        const old = runningRun(newRunId(), { gen: createdAt.toString(36), createdAt, shards: 2 });
        const next = { ...old, gen: 'next', createdAt: NOON + 9 };
        const written = await store.writeRun(null, { run: old, history: [{ at: NOON, type: 'old' }] });
        await store.writeRun(written, { run: next, history: [{ at: NOON, type: 'new' }] });
        for (const shard of [0, 1]) {
          await store.insertShard(shardKey(old, shard), newLedger(150), newChunks(150));
        }
        const kept = await store.insertShard(shardKey(next), newLedger(1), newChunks(1));
        await store.indexByDay(old);
        await store.queuePurge(old.runId, old.gen, 2);
        await store.queuePurge(old.runId, old.gen, 2);
        const isOurs = ({ runId }: { runId: string }) => runId === old.runId;
        expect((await all(store.listPurges())).filter(isOurs)).toMatchObject([
          { runId: old.runId, gen: old.gen, shards: 2 },
        ]);
        await store.purgeGeneration('measure', old.runId, old.gen, 2);
        await store.purgeGeneration('measure', old.runId, old.gen, 2);
        for (const shard of [0, 1]) {
          expect(await store.readLedger(shardKey(old, shard))).toBeNull();
          expect(await all(store.listChunks(shardKey(old, shard)))).toEqual([]);
        }
        expect((await all(store.listPurges())).filter(isOurs)).toEqual([]);
        expect((await store.readLedger(shardKey(next)))?.etag).toBe(kept.ledger.etag);
        expect(await store.readHistory(old.runId)).toEqual([{ at: NOON, type: 'new' }]);
      });

      test('a dead letter keeps a whole message, once for an instant and an id, oldest first', async () => {
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
          gen: 'g',
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
  });
}

function chunkOf<Value>(chunks: ReadonlyMap<number, Value>, number: number): Value {
  const chunk = chunks.get(number);
  if (chunk === undefined) throw new Error(`no chunk ${number}`);
  return chunk;
}
