import { type Cell, livePartition, summaryPlace, TABLES } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { controlRun } from '../control/control-run.ts';
import { endUnreadable } from '../ending/end-broken.ts';
import { audit } from '../fixtures/audit.fixture.ts';
import { edit, type Place, placesOf, remove, runOut } from '../fixtures/broken-rows.fixture.ts';
import { FIRST_ROUND, MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';
import { purgeDue } from '../purge/purge-due.ts';
import { purgeRun } from '../purge/purge-run.ts';
import { purgeRuns } from '../purge/purge-runs.ts';
import { listRuns } from '../read/list-runs.ts';
import { aboutFailed } from './failed-runs.ts';
import { watchRuns } from './watch-runs.ts';

/** Of two shards. */
const COUNT = 14;
const DAY_MS = 86_400_000;
/** A version of rows that this Tally does not write. */
const ANOTHER_VERSION = 1_000;
/** The part of a run's nodes that these tests change. */
const nodesSchema = z.looseObject({ square: z.looseObject({ map: z.looseObject({}) }) });
const runRow = { table: TABLES.runs, partitionKey: 'bad', rowKey: 'run' };

let system: MemorySystem;
let generation: string;
/** Two runs under way, one of which will be broken. */
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
  await system.start(COUNT, { runId: 'bad' });
  await system.start(COUNT, { runId: 'good' });
  for (let count = 0; count < 6; count += 1) await system.deliverOne();
  generation = (await system.worker().store.readRun('bad'))?.value.generation ?? '';
});

const inShard = (rowKey: string): Place => ({
  table: TABLES.chunks,
  partitionKey: `bad:${generation}:square.1:0000`,
  rowKey,
});
/**
 * Changes the plan of the map in the run row, as a person with a tool would.
 * @returns what the column held before
 */
const editPlan = async (plan: Record<string, number>): Promise<string> => {
  const row = await system.tables.get(TABLES.runs, 'bad', 'run');
  const text = z.string().parse(row?.cells['nodes']);
  const { square, ...others } = nodesSchema.parse(JSON.parse(text));
  const edited = { ...others, square: { ...square, map: { ...square.map, ...plan } } };
  await edit(system, runRow, { nodes: JSON.stringify(edited) });
  return text;
};
const errorOf = async (runId = 'bad') => {
  const run = (await system.worker().store.readRun(runId))?.value;
  return run?.status === 'Failed' ? run.error : run?.status;
};

describe('I6: a run with a broken row ends after a few passes and names the row, and other runs continue:', () => {
  test.each<[string, () => Place, Record<string, Cell> | null, RegExp]>([
    ['the run row', () => runRow, { nodes: 'many' }, /^RowUnreadable runs\/bad\/run: column nodes/],
    ['its generation', () => runRow, { gen: '' }, /^RowUnreadable .*column gen/],
    ['its epoch', () => runRow, { epoch: -1 }, /^RowUnreadable .*column epoch/],
    ['its status', () => runRow, { status: 'Lost' }, /^RowUnreadable .*column status/],
    ['a ledger', () => inShard('shard'), { todo: 'all' }, /^RowUnreadable chunks\/bad:.*shard: column todo/],
    ['a ledger whose epoch is ahead of its run', () => inShard('shard'), { epoch: 9 }, /^RowUnreadable .*column epoch/],
    ['a ledger closed while the run goes on', () => inShard('shard'), { closed: true }, /column closed/],
    ['a deleted ledger', () => inShard('shard'), null, /^RowMissing chunks\/bad:.*shard/],
    ['a chunk', () => inShard('chunk:000001'), { numbers: '[' }, /^RowUnreadable chunks.*chunk:000001: column numbers/],
    ['a deleted chunk', () => inShard('chunk:000001'), null, /^RowMissing chunks\/bad:.*chunk:000001/],
    ['counts that contradict each other', () => inShard('shard'), { succeeded: 8 }, /^RowUnreadable .*succeeded/],
  ])('%s', async (_, place, cells, expected) => {
    if (cells === null) await remove(system, place());
    else await edit(system, place(), cells);
    const reports = await runOut(system, ['bad', 'good']);
    const error = await errorOf();
    expect(typeof error === 'object' ? `${error.code} ${error.message}` : error).toMatch(expected);
    expect((await audit(system, 'good')).run.status).toBe('Completed');
    expect(reports.filter(({ failed }) => failed.length > 0)).toHaveLength(3);
    expect(await purgeRun(system.worker(), 'bad')).toBe('purged');
    expect(await placesOf(system, 'bad', generation)).toEqual([]);
  });

  test('a summary that was deleted before the others were written', async () => {
    const { rowKey } = summaryPlace({ runId: 'bad', generation, ...FIRST_ROUND, shard: 0 });
    const isThere = async () => (await system.tables.get(TABLES.runs, 'bad', rowKey)) !== null;
    while (!(await isThere())) expect(await system.deliverOne()).toBe(true);
    await remove(system, { ...runRow, rowKey });
    await runOut(system, ['bad', 'good']);
    expect(await errorOf()).toEqual({ code: 'RowMissing', message: `runs/bad/${rowKey}: the row is missing` });
  });

  test('a total that differs from the sum of the shards', async () => {
    await editPlan({ total: COUNT - 1 });
    await runOut(system, ['bad', 'good']);
    const message = `runs/bad/run: column nodes: ${COUNT - 1} items of "square", but its summaries add up to ${COUNT}`;
    expect(await errorOf()).toEqual({ code: 'RowUnreadable', message });
  });
});

test('I5: an ended run closes a ledger whose epoch is ahead of it, and is no longer live', async () => {
  await edit(system, inShard('shard'), { epoch: 9 });
  expect((await controlRun(system.worker(), 'bad', { verb: 'terminate', reason: null }))?.refused).toBeUndefined();
  await runOut(system, ['bad', 'good']);
  const { run, succeeded } = await audit(system, 'bad');
  expect(run.status).toBe('Terminated');
  expect(succeeded).toBeGreaterThan(0);
});

test('the run keeps the readable part of its row, and its counts are those of its ledgers', async () => {
  const before = (await system.worker().store.readRun('bad'))?.value;
  await edit(system, runRow, { customStatus: '{' });
  await runOut(system, ['bad', 'good']);
  const run = (await system.worker().store.readRun('bad'))?.value;
  if (before === undefined || run?.status !== 'Failed') throw new Error('it has not failed');
  const { generation: _, nodes, opened, createdAt } = before;
  expect(run).toMatchObject({ generation, nodes, opened, createdAt, epoch: before.epoch + 1 });
  const counts = run.finalized ?? { succeeded: 0, failed: 0, aborted: 0 };
  expect(counts.succeeded).toBeGreaterThan(0);
  expect(counts.succeeded + counts.failed + counts.aborted).toBe(COUNT);
});

test('a row that is repaired in time costs the run nothing', async () => {
  const nodes = await editPlan({ window: -1 });
  await system.deliverAll();
  // The first pass comes too early to look at the run.
  for (let pass = 0; pass < 4; pass += 1) {
    system.clock += 30_000;
    await watchRuns(system.worker());
  }
  await edit(system, runRow, { nodes });
  await runOut(system, ['bad', 'good']);
  expect((await audit(system, 'bad')).run.status).toBe('Completed');
});

test('I8: a row that is repaired just before it would be replaced is kept', async () => {
  const nodes = await editPlan({ window: -1 });
  const steps = system.worker();
  const look = await steps.store.lookAtRun('bad');
  if (look === null || !('error' in look)) throw new Error('it can be read');
  await edit(system, runRow, { nodes });
  expect(await endUnreadable(steps, 'bad', look)).toBe(false);
  await runOut(system, ['bad', 'good']);
  expect((await audit(system, 'bad')).run.status).toBe('Completed');
});

describe('a row that another version of Tally has written is left unchanged:', () => {
  test.each<[string, () => Place]>([
    ['the run row', () => runRow],
    ['a ledger', () => inShard('shard')],
    ['a chunk', () => inShard('chunk:000001')],
  ])('%s', async (_, place) => {
    const { table, partitionKey, rowKey } = place();
    await edit(system, place(), { v: ANOTHER_VERSION, count: -1, nodes: '-' });
    const row = await system.tables.get(table, partitionKey, rowKey);
    system.queues.receive('square', { visibilityMs: DAY_MS, max: 32 });
    system.queues.receive('aggregate', { visibilityMs: DAY_MS, max: 32 });
    for (let pass = 0; pass < 10; pass += 1) {
      system.clock += 30_000;
      await watchRuns(system.worker());
      await purgeDue(system.worker(), { retentionMs: 1 });
    }
    expect(await system.tables.get(table, partitionKey, rowKey)).toEqual(row);
    if (rowKey === 'run') {
      await expect(purgeRun(system.worker(), 'bad')).rejects.toThrow(/column v: .*another version/);
      expect(await system.tables.get(table, partitionKey, rowKey)).toEqual(row);
    } else expect(await errorOf()).toBe('Running');
  });

  test('a run row of a newer chain', async () => {
    await edit(system, runRow, { chainVersion: squares.version + 1, options: '{"new":1}' });
    const row = await system.tables.get(TABLES.runs, 'bad', 'run');
    for (let pass = 0; pass < 10; pass += 1) {
      system.clock += 30_000;
      await watchRuns(system.worker());
    }
    expect(await system.tables.get(TABLES.runs, 'bad', 'run')).toEqual(row);
  });
});

describe('an unreadable run row', () => {
  const query = { createdFrom: 1, createdTo: Date.UTC(2100, 0, 1) };
  beforeEach(async () => {
    await runOut(system, ['bad', 'good']);
    await editPlan({ total: -1 });
  });

  test('is marked in a list, and found by its status', async () => {
    for (const statuses of [undefined, ['Failed'] as const]) {
      const { runs } = await listRuns(system.worker(), { statuses, top: 10, token: null });
      const bad = runs.find(({ runId }) => runId === 'bad');
      expect(bad).toMatchObject({ status: 'Failed', name: 'squares', unreadable: { column: 'nodes' } });
      expect(runs).toHaveLength(statuses === undefined ? 2 : 1);
    }
  });

  test('can be purged alone', async () => {
    expect(await purgeRun(system.worker(), 'bad')).toBe('purged');
    expect(await placesOf(system, 'bad', generation)).toEqual([]);
  });

  test('of a newer chain is left to that version, and many runs are purged beside it', async () => {
    await edit(system, runRow, { chainVersion: squares.version + 1 });
    expect(await purgeRuns(system.worker(), query)).toEqual({ deleted: 1, token: null });
    expect(await system.tables.get(TABLES.runs, 'bad', 'run')).not.toBeNull();
    await expect(purgeRun(system.worker(), 'bad')).rejects.toMatchObject({ isOfAnotherVersion: true });
  });

  test('is purged with many others, whatever else is there', async () => {
    expect(await purgeRuns(system.worker(), query)).toEqual({ deleted: 2, token: null });
    expect(await placesOf(system, 'bad', generation)).toEqual([]);
  });

  test('does not stop the retention of other runs, and is itself retired', async () => {
    system.clock += 10 * DAY_MS;
    expect(await purgeDue(system.worker(), { retentionMs: DAY_MS })).toMatchObject({ retired: 2, failed: [] });
    expect(await placesOf(system, 'bad', generation)).toEqual([]);
  });

  test('of a live run is not purged with many: the watchdog ends the run first', async () => {
    await edit(system, runRow, { status: 'Running' });
    expect(await purgeRuns(system.worker(), query)).toMatchObject({ deleted: 1 });
    expect(await system.tables.get(TABLES.runs, 'bad', 'run')).not.toBeNull();
  });
});

test('unreadable index rows hide no other row', async () => {
  const foreign = { touchedTime: 'soon', forStart: 7, shards: -1, createdTime: 'x', lastSeen: '?', day: 1 };
  for (const partitionKey of [
    ...['live', livePartition('bad'), livePartition('good')],
    'cursors',
    'days',
    'workers',
    'purge',
    `day:${new Date(system.clock).getUTCFullYear()}0101`,
  ]) {
    for await (const { rowKey } of system.tables.list(TABLES.index, { partitionKey }))
      await edit(system, { table: TABLES.index, partitionKey, rowKey }, foreign);
    for (const rowKey of ['', 'nonsense', '~zz', '0000000000000-x'])
      await system.tables.write(TABLES.index, [{ kind: 'insert', row: { partitionKey, rowKey, cells: foreign } }]);
  }
  await runOut(system, ['bad', 'good']);
  expect((await audit(system, 'good')).run.status).toBe('Completed');
  for (const top of [1, 10]) {
    const first = await listRuns(system.worker(), { top, token: null });
    const rest = first.token === null ? [] : (await listRuns(system.worker(), { top: 10, token: first.token })).runs;
    expect([...first.runs, ...rest].map(({ runId }) => runId).sort()).toEqual(['bad', 'good']);
  }
  system.clock += 10 * DAY_MS;
  expect(await purgeDue(system.worker(), { retentionMs: DAY_MS })).toMatchObject({ retired: 2 });
});

test('the log names all runs that a pass could not watch in one short line', () => {
  const error = new Error('the storage is down');
  const failed = Array.from({ length: 40 }, (_, run) => ({ runId: `run ${run}`, error }));
  const about = aboutFailed({ failed });
  expect(about).toMatchObject({
    count: 40,
    error,
  });
  expect(about?.['runs']).toContainEqual({ runId: 'run 0', reason: String(error) });
  expect(JSON.stringify(about).length).toBeLessThan(5_000);
  expect(aboutFailed({ failed: [] })).toBeNull();
});
