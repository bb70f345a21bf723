import { NO_WRITES } from '@tally/run-state';
import { beforeEach, describe, expect, test } from 'vitest';
import { all } from '../fixtures/conformance.fixture.ts';
import {
  NOON,
  newChunks,
  newLedger,
  planOf,
  ROUND,
  runningRun,
  shardKey,
  sumShape,
} from '../fixtures/sum-chain.fixture.ts';
import type { ShardStore } from '../records/shard-records.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import { MemoryTables } from '../tables/memory-tables.ts';
import type { Cell } from '../tables/tables.ts';
import { splitText } from './long-texts.ts';

const run = runningRun('bounded', {}, { shards: 2, total: 8, counted: [1] });
const key = shardKey(run);
const partition = `bounded:${run.generation}:measure.1:0000`;
/** More than an array can hold. Code that allocates by it fails in another way than by a row's bounds. */
const ENDLESS = 5_000_000_000;
const ISO = new Date(NOON).toISOString();
const STOPPED = { state: 'stopped', since: 1, openedAt: ISO, endedAt: ISO };
const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
const long = JSON.stringify('x'.repeat(40_000));

let tables: MemoryTables;
let store: RunStore;
let shards: ShardStore;
beforeEach(async () => {
  tables = new MemoryTables();
  store = createRunStore({ tables });
  shards = store.shards(sumShape);
  await store.prepare();
  const summary = { shard: 1, succeeded: 4, failed: 0, failures: [], fold: { total: 1 } };
  const writes = {
    ...NO_WRITES,
    tasks: [{ node: 'pdf', since: 1, input: 1 }],
    outputs: [{ node: 'video', since: 1, output: 2 }],
    event: { name: 'Approval', at: NOON, payload: {} },
    summary: { ...ROUND, summary },
  };
  await store.writeRun(null, { run, writes, input: null, history: [{ at: NOON, type: 'Running' }] });
  await shards.insertShard(key, newLedger(4, 1), newChunks(4));
});

/** Merges these cells into a row, as a person may by hand. */
async function edit(table: string, partitionKey: string, rowKey: string, cells: Record<string, Cell>): Promise<void> {
  const row = await tables.get(table, partitionKey, rowKey);
  if (row === null) throw new Error(`no row ${rowKey}`);
  await tables.write(table, [{ kind: 'merge', row: { partitionKey, rowKey, cells }, etag: row.etag }]);
}

test('a list over its bound is not written either', async () => {
  const ledger = newLedger(400, 300);
  await expect(shards.insertShard({ ...key, shard: 1 }, ledger, newChunks(4))).rejects.toThrow(/at most 256 entries/);
  expect(await tables.get('chunks', `bounded:${run.generation}:measure.1:0001`, 'shard')).toBeNull();
});

describe('a number over its bound is refused before it costs memory, and the error names the column: in', () => {
  test.each<[string, Record<string, Cell>]>([
    ['nodes', nodesOf({ map: planWith({ shards: ENDLESS }) })],
    ['nodes', nodesOf({ map: planWith({ shards: 65 }) })],
    ['nodes', nodesOf({ map: planWith({ counted: `0-${ENDLESS}` }) })],
    ['nodes', nodesOf({ map: planWith({ counted: '64' }) })],
    // The map has two.
    ['nodes', nodesOf({ map: planWith({ counted: '2' }) })],
    ['nodes', nodesOf({ map: planWith({ total: ENDLESS }) })],
    ['nodes', nodesOf({ map: planWith({ window: ENDLESS }) })],
    ['nodes', nodesOf({ map: planWith({ window: 0 }) })],
    ['nodes', nodesOf({ map: planWith({ chunkItems: 0 }) })],
    ['nodes', nodesOf({ since: ENDLESS })],
    ['nodes', nodesOf({ state: 'lost' })],
    ['nodes', nodesOf({ state: 'waiting', until: '+010000-01-01T00:00:00.000Z' })],
    ['nodes', nodesOf({ state: 'out', epoch: 1, at: ISO, sends: ENDLESS, attempt: 1 })],
    ['nodes', nodesOf({ state: 'out', epoch: 1, at: ISO, sends: 0, attempt: 0 })],
    ['nodes', { nodes: '{"no name":{"state":"stopped"}}' }],
    ['nodes', { nodes: JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`n${n}`, STOPPED]))) }],
    ['nodes', { nodes: deep }],
    ['opened', { opened: JSON.stringify([{ node: 'measure', since: 1, shards: 65 }]) }],
    ['opened', splitText('opened', manyRounds(5_001), false)],
    ['openedParts', { openedParts: ENDLESS }],
    ['owed', { owed: JSON.stringify([{ node: 'n', since: 1, at: 'yesterday', reason: '' }]) }],
    ['verdict', { verdict: '{"status":"failed"}' }],
    ['options', { options: JSON.stringify({ tolerance: {}, window: ENDLESS }) }],
    ['parent', { parent: JSON.stringify({ runId: 'x', gen: 'not one', node: 'n', since: 1 }) }],
    ['epoch', { epoch: 2 ** 53 }],
    ['gen', { gen: 'zzzzzzzzzzzz' }],
    ['createdTime', { createdTime: '9999-12-31T23:59:59Z' }],
    ['lastUpdatedTime', { lastUpdatedTime: '9999-12-31T23:59:59.999Z' }],
    ['inputParts', { input: long.slice(0, 100), inputParts: ENDLESS }],
    ['inputParts', { inputParts: 17 }],
    ['inputParts', { inputParts: '2' }],
    ['input1', { inputParts: 2 }],
    ['input', { input: deep }],
  ])('the run row, %s', async (column, cells) => {
    await edit('runs', 'bounded', 'run', cells);
    await expect(store.readRun('bounded')).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test.each<[string, Record<string, Cell>]>([
    ['todo', { todo: `0-${ENDLESS}` }],
    ['todo', { todo: `1-${'9'.repeat(400)}` }],
    // The shard has four items.
    ['todo', { todo: '1-4' }],
    ['count', { count: ENDLESS }],
    ['open', { open: JSON.stringify(Array.from({ length: 300 }, (_, chunk) => claim(chunk))) }],
    ['open', { open: JSON.stringify([claim(4)]) }],
    ['open', { open: JSON.stringify([claim(0), claim(0)]) }],
    ['open', { open: JSON.stringify([{ ...claim(0), sends: ENDLESS }]) }],
    ['succeeded', { succeeded: 5 }],
    ['failures', { failed: 1 }],
    ['todo', { todo: '', open: '[]', succeeded: 3 }],
    ['foldParts', { foldParts: ENDLESS }],
  ])('a ledger, %s', async (column, cells) => {
    await edit('chunks', partition, 'shard', cells);
    await expect(shards.readLedger(key)).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test.each<[string, Record<string, Cell>]>([
    ['count', { count: ENDLESS }],
    ['count', { count: 101 }],
    ['first', { first: ENDLESS }],
    ['wordsParts', { wordsParts: ENDLESS }],
    ['resultsParts', { resultsParts: 1.5 }],
    ['attempts', { attempts: `[${ENDLESS}]` }],
    ['results', { results: `[${'null,'.repeat(100)}null]` }],
  ])('a chunk, %s', async (column, cells) => {
    await edit('chunks', partition, 'chunk:000001', cells);
    await expect(shards.readChunk(key, 1)).rejects.toMatchObject({ name: 'UnreadableRowError', column });
    await expect(all(shards.listChunks(key))).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test.each<[string, Record<string, Cell>]>([
    ['shard', { shard: 64 }],
    ['succeeded', { succeeded: ENDLESS }],
    ['failuresParts', { failuresParts: ENDLESS }],
  ])('a summary, %s', async (column, cells) => {
    await edit('runs', 'bounded', `shard:${run.generation}:measure.1:0001`, cells);
    await expect(shards.readSummaries(key)).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test.each<[string, string, Record<string, Cell>]>([
    ['event:', 'payloadParts', { payloadParts: ENDLESS }],
    ['event:', 'payload', { payload: deep }],
    ['event:', 'gen', { gen: 'not one' }],
    ['event:', 'gen', { gen: 'another' }],
    ['event:', 'time', { time: '9999-12-31T23:59:59Z' }],
    ['task:', 'input', { input: '' }],
    ['task:', 'stateParts', { state: '1', stateParts: ENDLESS }],
    ['task:', 'result', { result: deep }],
    ['out:', 'outputParts', { outputParts: 17 }],
    ['out:', 'output', { output: 'none' }],
    ['out:', 'v', { v: 1 }],
    ['input:', 'input', { input: '{' }],
  ])('what is kept beside the run row, %s%s', async (prefix, column, cells) => {
    const rows = await all(tables.list('runs', { partitionKey: 'bounded', from: prefix }));
    const rowKey = rows[0]?.rowKey ?? '';
    await edit('runs', 'bounded', rowKey, cells);
    const error = { name: 'UnreadableRowError', place: { table: 'runs', partitionKey: 'bounded', rowKey }, column };
    await expect(store.readWhole('bounded')).rejects.toMatchObject(error);
    // The run row alone is as good as before, and so are others' rows.
    expect((await store.readRun('bounded'))?.value).toEqual(run);
  });

  test('the timeline, detailParts', async () => {
    const at = new Date(NOON).toISOString();
    await edit('runs', 'bounded', `history:${at}-000`, { detail: '1', detailParts: ENDLESS });
    const lines = await store.readHistory('bounded');
    expect(lines.at(-1)).toMatchObject({ type: 'RowUnreadable', detail: { column: 'detailParts' } });
  });
});

test('the error of a row lists a few faults briefly, however many there are', async () => {
  const results = JSON.stringify(Array.from({ length: 100 }, () => ({ status: 'x'.repeat(300) })));
  await edit('chunks', partition, 'chunk:000001', { results });
  const error: unknown = await shards.readChunk(key, 1).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ column: 'results', place: { table: 'chunks', rowKey: 'chunk:000001' } });
  expect(String(error).length).toBeLessThan(500);
});

/** The cell of a run's nodes with this one among them. */
function nodesOf(state: object): { nodes: string } {
  const open = { state: 'open', since: 1, openedAt: ISO, by: 'start', map: planWith({}) };
  return { nodes: JSON.stringify({ measure: { ...open, ...state } }) };
}

/** A plan as it stands in a row. */
function planWith(changes: object): object {
  return { ...planOf(), shards: 2, counted: '', ...changes };
}

function manyRounds(count: number): string {
  return JSON.stringify(Array.from({ length: count }, (_, since) => ({ node: 'n', since, shards: 1 })));
}

function claim(chunk: number) {
  return { chunk, at: new Date(NOON).toISOString(), sends: 0, by: 'token' };
}
