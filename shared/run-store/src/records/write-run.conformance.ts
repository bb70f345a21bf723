import { type Json, keyText } from '@tally/contracts';
import { NO_WRITES, type NodeRound, type RecordWrites } from '@tally/run-state';
import { beforeAll, describe, expect, test } from 'vitest';
import { all, newRunId } from '../fixtures/conformance.fixture.ts';
import { NOON, ROUND, runningRun, sumShape } from '../fixtures/sum-chain.fixture.ts';
import { startedRun, summaryOf, wholeRun, writeOn } from '../fixtures/written-runs.fixture.ts';
import { TABLES } from '../rows/keys.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import type { Tables } from '../tables/tables.ts';
import type { ShardStore } from './shard-records.ts';

const PDF: NodeRound = { node: 'pdf', since: 1 };
const AGAIN: NodeRound = { node: 'pdf', since: 2 };
const VIDEO: NodeRound = { node: 'video', since: 1 };

/** What is written beside a run row, and read with it, on any implementation of the tables. */
export function describeRunWrites(name: string, connect: () => Promise<Tables>): void {
  describe(`writes of a run: ${name}`, () => {
    let tables: Tables;
    let store: RunStore;
    let shards: ShardStore;
    beforeAll(async () => {
      tables = await connect();
      store = createRunStore({ tables });
      shards = store.shards(sumShape);
      await store.prepare();
    });

    test.each<Json>([null, '', ' ', [], 'x"ü'.repeat(16_000)])(
      'an input is read as it was written (%#)',
      async (input) => {
        const { run, whole: read } = await startedRun(store, input);
        expect(read).toMatchObject({ run, records: { input } });
        expect(read.records).toMatchObject({ tasks: new Map(), outputs: new Map(), events: new Map() });
        expect([...read.rows.keys()]).toEqual([`input:${run.generation}`]);
      },
    );

    test('a run without its input is broken', async () => {
      const run = runningRun(newRunId());
      await store.writeRun(null, { run, history: [] });
      const reading = store.readWhole(run.runId);
      await expect(reading).rejects.toMatchObject({
        name: 'MissingRowError',
        place: { rowKey: `input:${run.generation}` },
      });
    });

    test('a task is inserted with its input and then gets state and result; null differs from absent', async () => {
      const { whole: first } = await startedRun(store);
      const second = await writeOn(store, first, {
        tasks: [
          { ...PDF, input: null },
          { ...VIDEO, input: { id: 7 } },
        ],
      });
      expect([...second.records.tasks]).toEqual([
        ['pdf.1', { input: null }],
        ['video.1', { input: { id: 7 } }],
      ]);
      const long = 'ü'.repeat(60_000);
      const third = await writeOn(store, second, {
        taskChanges: [
          { ...PDF, result: null },
          { ...VIDEO, state: long },
        ],
      });
      expect([...third.records.tasks]).toEqual([
        ['pdf.1', { input: null, result: null }],
        ['video.1', { input: { id: 7 }, state: long }],
      ]);
      const fourth = await writeOn(store, third, {
        taskChanges: [
          { ...VIDEO, state: 'short' },
          { ...VIDEO, result: [1] },
        ],
      });
      expect(fourth.records.tasks.get('video.1')).toEqual({ input: { id: 7 }, state: 'short', result: [1] });
    });

    test('a task that is inserted and changed in one write is one row', async () => {
      const { whole: first } = await startedRun(store);
      const second = await writeOn(store, first, {
        tasks: [{ ...PDF, input: 1 }],
        taskChanges: [{ ...PDF, result: 2 }],
      });
      expect(second.records.tasks.get('pdf.1')).toEqual({ input: 1, result: 2 });
    });

    test('I8: a task is changed only in the version that was read, and never unread', async () => {
      const { run, whole: first } = await startedRun(store);
      const read = await writeOn(store, first, { tasks: [{ ...PDF, input: 1 }] });
      const now = await writeOn(store, read, { taskChanges: [{ ...PDF, state: 'by another' }] });
      const writes = { ...NO_WRITES, taskChanges: [{ ...PDF, result: 'late' }] };
      // A run row that is as expected doesn't make up for a task row that isn't.
      const stale = store.writeRun({ ...read, etag: now.etag }, { run, writes, history: [] });
      await expect(stale).rejects.toMatchObject({ name: 'ConflictError', index: 1, reason: 'changed' });
      await expect(store.writeRun(read, { run, writes, history: [] })).rejects.toMatchObject({ index: 0 });
      const blind = store.writeRun({ generation: run.generation, etag: now.etag }, { run, writes, history: [] });
      await expect(blind).rejects.toThrow('was not read');
      expect(await wholeRun(store, run.runId)).toEqual(now);
    });

    test('I8: a write stores nothing if the run row has changed', async () => {
      const { run, whole: first } = await startedRun(store);
      const second = await writeOn(store, first, {}, { run: { ...run, epoch: 2 } });
      const writes: RecordWrites = {
        ...NO_WRITES,
        tasks: [{ ...PDF, input: 1 }],
        outputs: [{ ...VIDEO, output: 2 }],
        event: { name: 'Go', at: NOON, payload: 3 },
        summary: { ...ROUND, summary: summaryOf(0) },
      };
      const history = [{ at: NOON, type: 'Resumed' }] as const;
      await expect(store.writeRun(first, { run, writes, history })).rejects.toMatchObject({ index: 0 });
      expect(await wholeRun(store, run.runId)).toEqual(second);
      expect(await store.readHistory(run.runId)).toEqual([]);
      expect(await shards.readSummaries({ ...run, ...ROUND })).toEqual([]);
    });

    test('an output is inserted, and replaces the output of an earlier end of its round', async () => {
      const { whole: first } = await startedRun(store);
      const second = await writeOn(store, first, {
        outputs: [
          { ...VIDEO, output: null },
          { ...PDF, output: 'ü'.repeat(60_000) },
        ],
      });
      expect(second.records.outputs).toEqual(
        new Map([
          ['pdf.1', 'ü'.repeat(60_000)],
          ['video.1', null],
        ]),
      );
      const third = await writeOn(store, second, { outputs: [{ ...PDF, output: { better: true } }] });
      expect(third.records.outputs).toEqual(
        new Map<string, Json>([
          ['pdf.1', { better: true }],
          ['video.1', null],
        ]),
      );
    });

    test('two rounds of a node are stored side by side', async () => {
      const { whole: first } = await startedRun(store);
      const second = await writeOn(store, first, {
        tasks: [{ ...PDF, input: 'one' }],
        outputs: [{ ...VIDEO, output: 'first' }],
      });
      const third = await writeOn(store, second, {
        tasks: [{ ...AGAIN, input: 'two' }],
        taskChanges: [{ ...PDF, result: 'late' }],
        outputs: [{ ...VIDEO, since: 2, output: 'second' }],
      });
      expect([...third.records.tasks]).toEqual([
        ['pdf.1', { input: 'one', result: 'late' }],
        ['pdf.2', { input: 'two' }],
      ]);
      expect([...third.records.outputs]).toEqual([
        ['video.1', 'first'],
        ['video.2', 'second'],
      ]);
    });

    test('a new generation of an id sees nothing of the old one', async () => {
      const { run, whole: first } = await startedRun(store, 'old');
      const old = await writeOn(
        store,
        first,
        {
          tasks: [{ ...PDF, input: 1 }],
          outputs: [{ ...VIDEO, output: 2 }],
          event: { name: 'Go', at: NOON, payload: 'old' },
          summary: { ...ROUND, summary: summaryOf(0) },
        },
        { history: [{ at: NOON, type: 'Failed' }] },
      );
      const next = { ...run, generation: 'next', createdAt: NOON + 1 };
      await store.writeRun(old, { run: next, input: 'new', history: [{ at: NOON + 1, type: 'Started' }] });
      const read = await wholeRun(store, run.runId);
      expect(read.records).toEqual({ input: 'new', tasks: new Map(), outputs: new Map(), events: new Map() });
      expect([...read.rows.keys()]).toEqual(['input:next']);
      expect(await shards.readSummaries({ ...next, ...ROUND })).toEqual([]);
      expect(await store.readHistory(run.runId)).toEqual([{ at: NOON + 1, type: 'Started' }]);
      // The same rows again, of the new one.
      const again = await writeOn(store, read, {
        tasks: [{ ...PDF, input: 3 }],
        outputs: [{ ...VIDEO, output: 4 }],
        event: { name: 'Go', at: NOON + 2, payload: 'new' },
      });
      expect(again.records.tasks.get('pdf.1')).toEqual({ input: 3 });
      await store.purgeGeneration(run.runId, run.generation, []);
      expect(await wholeRun(store, run.runId)).toEqual(again);
      expect(await shards.readSummaries({ ...run, ...ROUND })).toEqual([]);
      const keys = (await all(tables.list(TABLES.runs, { partitionKey: keyText(run.runId) }))).map(
        ({ rowKey }) => rowKey,
      );
      expect(keys.filter((key) => !/^(run$|history:|\w+:next(:|$))/.test(key))).toEqual([]);
    });

    test('a write that exceeds a transaction is refused before it is sent', async () => {
      const { run, whole: first } = await startedRun(store);
      const tasks = Array.from({ length: 100 }, (_, since) => ({ node: 'many', since, input: 1 }));
      const tooMany = store.writeRun(first, { run, writes: { ...NO_WRITES, tasks }, history: [] });
      await expect(tooMany).rejects.toThrow('at most 100 writes');
      const wide = Array.from({ length: 20 }, (_, since) => ({ node: 'wide', since, input: 'ü'.repeat(60_000) }));
      const tooLong = store.writeRun(first, { run, writes: { ...NO_WRITES, tasks: wide }, history: [] });
      await expect(tooLong).rejects.toThrow('below 4 MiB');
      expect(await wholeRun(store, run.runId)).toEqual(first);
      const most = await writeOn(store, first, { tasks: tasks.slice(1) });
      expect(most.records.tasks.size).toBe(99);
    });

    test('a run with more rows than an answer holds is read completely', async () => {
      const { whole: first } = await startedRun(store);
      let before = first;
      const long = 'x'.repeat(64_000);
      for (let part = 0; part < 6; part += 1) {
        const outputs = Array.from({ length: 16 }, (_, place) => ({ node: `n-${place}`, since: part, output: long }));
        before = await writeOn(store, before, { outputs });
      }
      expect(before.records.outputs.size).toBe(96);
      expect([...before.records.outputs.values()].every((output) => output === long)).toBe(true);
    });
  });
}
