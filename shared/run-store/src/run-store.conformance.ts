import { keyText } from '@tally/contracts';
import type { NodeStates, Run } from '@tally/run-state';
import { beforeAll, describe, expect, test } from 'vitest';
import { newRunId } from './fixtures/conformance.fixture.ts';
import { NOON, planOf, runningRun } from './fixtures/sum-chain.fixture.ts';
import { RUN_ROW, TABLES } from './rows/keys.ts';
import { isSameRun } from './rows/run-row.ts';
import { createRunStore, type RunStore } from './run-store.ts';
import type { StandingRun } from './stored.ts';
import type { Cell, Tables } from './tables/tables.ts';

const round = { since: 4, openedAt: NOON };
const claim = { epoch: 5, at: NOON + 1, sends: 1, by: 'tok.1' };
const map = planOf({ total: 12, shards: 8, counted: [0, 1, 2, 5], reopened: 3, tolerance: { percentage: 12.5 } });
const error = { code: 'Rejected', message: 'no' };
/** A node in every state there is. */
const nodes: NodeStates = {
  save: { ...round, state: 'ended', endedAt: NOON + 1, outcome: 'succeeded', attempts: 2 },
  pdf: { ...round, ...claim, state: 'out', attempt: 3, notBefore: NOON + 9 },
  video: { ...round, state: 'open', by: 'tok.2', map },
  approval: { ...round, state: 'waiting', until: NOON + 60_000, by: 'tok.3' },
  millennium: { ...round, state: 'waiting', until: Date.UTC(9999, 11, 31), by: 'tok.4' },
  forever: { ...round, state: 'waiting', until: null, by: 'tok.5' },
  copy: { ...round, ...claim, state: 'child', runId: `@${'x'.repeat(43)}` },
  email: { ...round, state: 'ended', endedAt: NOON, outcome: 'skipped', why: 'not approved' },
  measure: {
    ...round,
    state: 'ended',
    endedAt: NOON,
    outcome: 'failed',
    error,
    map,
    counts: { succeeded: 3, failed: 9 },
  },
  alert: { ...round, state: 'stopped', endedAt: NOON, runId: '@child', map },
};

/** What the store does on any implementation of the tables. */
export function describeRunStore(name: string, connect: () => Promise<Tables>): void {
  describe(`run store: ${name}`, () => {
    let tables: Tables;
    let store: RunStore;
    beforeAll(async () => {
      tables = await connect();
      store = createRunStore({ tables });
      await store.prepare();
    });

    const head = (runId: string) => {
      const { status: _, verdict: __, ...rest } = runningRun(runId);
      return rest;
    };
    const ended = { endedAt: NOON + 5, finalized: { succeeded: 3, failed: 1, aborted: 0 } };
    const examples: readonly ((runId: string) => Run)[] = [
      (runId) => ({ ...head(runId), status: 'Pending' }),
      (runId) =>
        runningRun(runId, {
          nodes,
          opened: [{ node: 'video', since: 4, shards: 8 }],
          outbox: [{ node: 'save', since: 4, at: NOON, reason: 'lost' }],
          options: { tolerance: { count: 3, percentage: 12.5 }, window: 9, deadline: NOON + 1_000, givenMs: 500 },
          input: ['a', { b: null, half: 0.5, list: ['ü', true] }],
          traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
          parent: { runId: newRunId(), generation: 'abc', node: 'child', since: 2 },
        }),
      (runId) => runningRun(runId, { verdict: { status: 'completed', output: null } }),
      (runId) => ({
        ...head(runId),
        status: 'Suspended',
        verdict: { status: 'failed', error, node: 'pdf' },
        reason: ' ',
      }),
      (runId) => ({ ...head(runId), status: 'Suspended', verdict: { status: 'failed', error }, reason: null }),
      (runId) => ({ ...head(runId), ...ended, status: 'Completed', output: { text: 'x"y'.repeat(30_000) } }),
      (runId) => ({ ...head(runId), ...ended, status: 'Failed', error }),
      (runId) => ({ ...head(runId), ...ended, finalized: null, status: 'Terminated', reason: null }),
    ];

    test.each(examples)('a run of every status is read as it was written (%#)', async (example) => {
      const run = example(newRunId());
      const etag = await store.writeRun(null, { run, history: [] });
      expect(await store.readRun(run.runId)).toEqual({ value: run, etag });
    });

    test('a run with the most nodes and the longest texts is read as it was written, and then a shorter one', async () => {
      const message = 'ü'.repeat(4_000);
      const many = Object.fromEntries(
        Array.from({ length: 64 }, (_, place) => [
          `node-${place}`,
          { ...round, state: 'ended', endedAt: NOON, outcome: 'failed', error: { code: 'Long', message } } as const,
        ]),
      );
      const run = runningRun(newRunId(), { nodes: many });
      const etag = await store.writeRun(null, { run, history: [] });
      expect(await store.readRun(run.runId)).toEqual({ value: run, etag });
      await store.writeRun({ generation: run.generation, etag }, { run: { ...run, nodes: {} }, history: [] });
      expect((await store.readRun(run.runId))?.value).toMatchObject({ nodes: {} });
    });

    test('a shorter output replaces one that took several properties', async () => {
      const run = examples[5]?.(newRunId());
      if (run?.status !== 'Completed') throw new Error('the run is not completed');
      const etag = await store.writeRun(null, { run, history: [] });
      await store.writeRun({ generation: run.generation, etag }, { run: { ...run, output: 'short' }, history: [] });
      expect((await store.readRun(run.runId))?.value).toMatchObject({ output: 'short' });
    });

    test('a run that was read is the version that was written, and no other', async () => {
      const run: Run = { ...runningRun(newRunId(), { nodes }), traceparent: undefined };
      await store.writeRun(null, { run, history: [] });
      const read = await store.readRun(run.runId);
      expect(read !== null && isSameRun(read.value, run)).toBe(true);
      expect(isSameRun(run, { ...run, epoch: 2 })).toBe(false);
    });

    test('an unknown run is null', async () => {
      expect(await store.readRun(newRunId())).toBeNull();
      expect(await store.readWhole(newRunId())).toBeNull();
      expect(await store.readHistory(newRunId())).toEqual([]);
    });

    test('I8: a run is inserted once, and replaced only in the version that was read', async () => {
      const run = runningRun(newRunId());
      const etag = await store.writeRun(null, { run, history: [] });
      await expect(store.writeRun(null, { run, history: [] })).rejects.toMatchObject({ index: 0, reason: 'exists' });
      const first: StandingRun = { generation: run.generation, etag };
      await store.writeRun(first, { run: { ...run, epoch: 2 }, history: [] });
      const late = store.writeRun(first, { run, history: [] });
      await expect(late).rejects.toMatchObject({ index: 0, reason: 'changed' });
      expect((await store.readRun(run.runId))?.value.epoch).toBe(2);
    });

    test('I8: the timeline is ordered by time, and within a millisecond by write, however many entries there are', async () => {
      const run = runningRun(newRunId());
      const { generation } = run;
      const lines = (...names: string[]) =>
        names.map((name) => ({ at: NOON, type: 'WindowSet' as const, detail: name }));
      let etag = await store.writeRun(null, { run, history: lines('0') });
      const expected = ['Started', '0'];
      for (let n = 1; n < 25; n += 1) {
        const names = n % 3 === 1 ? [`${n}`, `${n} too`] : [`${n}`];
        expected.push(...names);
        etag = await store.writeRun({ generation, etag }, { run, history: lines(...names) });
      }
      const [bare, earlier] = [
        { at: NOON + 1, type: 'Completed' } as const,
        { at: NOON - 1, type: 'Started' } as const,
      ];
      await store.writeRun({ generation, etag }, { run, history: [bare, ...lines('last'), earlier] });
      const names = (await store.readHistory(run.runId)).map(({ type, detail = type }) => detail);
      expect(names).toEqual([...expected, 'last', 'Completed']);
    });

    /** Writes these cells into the run row, as a person may by hand. */
    const edited = async (cells: Record<string, Cell>) => {
      const run = runningRun(newRunId());
      await store.writeRun(null, { run, input: 1, history: [] });
      const row = await tables.get(TABLES.runs, keyText(run.runId), RUN_ROW);
      if (row === null) throw new Error('the run was not found under its key');
      await tables.write(TABLES.runs, [
        { kind: 'replace', row: { ...row, cells: { ...row.cells, ...cells } }, etag: row.etag },
      ]);
      return run;
    };

    test('an invalid row is refused with its name and the column', async () => {
      const { runId } = await edited({ createdTime: 'yesterday', verdict: '{"status":"completed"}' });
      const reason = { name: 'UnreadableRowError', isOfAnotherVersion: false, column: 'createdTime' };
      await expect(store.readRun(runId)).rejects.toMatchObject(reason);
      await expect(store.readRun(runId)).rejects.toThrow(/runs\/run.*createdTime.*verdict\.output/);
      await expect(store.readWhole(runId)).rejects.toMatchObject(reason);
      await expect(store.readHistory(runId)).rejects.toMatchObject(reason);
    });

    test('the readable part of an invalid row is returned', async () => {
      const run = await edited({ verdict: 'none', nodes: '{"a":{"state":"lost"}}', customStatus: '!' });
      const { generation, name: chain, epoch, opened, options, createdAt, updatedAt, input } = run;
      const known = { generation, name: chain, epoch, opened, options, createdAt, updatedAt, input, status: 'Running' };
      const look = await store.lookAtRun(run.runId);
      expect(look).toMatchObject({ ...known, nodes: undefined, error: { column: 'nodes' } });
    });

    test('a row of another version is not reported as broken', async () => {
      const { runId } = await edited({ v: 3 });
      const reason = { name: 'UnreadableRowError', isOfAnotherVersion: true, column: 'v' };
      await expect(store.readRun(runId)).rejects.toMatchObject(reason);
      const row = await tables.get(TABLES.runs, keyText(runId), RUN_ROW);
      const { v, ...cells } = row?.cells ?? {};
      expect(v).toBe(3);
      // Those of the first version don't name their version.
      const first = { partitionKey: keyText(`${runId}, old`), rowKey: RUN_ROW, cells };
      await tables.write(TABLES.runs, [{ kind: 'insert', row: first }]);
      await expect(store.readRun(`${runId}, old`)).rejects.toMatchObject(reason);
      expect(await store.lookAtRun(`${runId}, old`)).toMatchObject({ generation: cells['gen'], error: reason });
    });
  });
}
