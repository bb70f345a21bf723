import { beforeEach, describe, expect, test } from 'vitest';
import { all } from '../fixtures/conformance.fixture.ts';
import {
  type Measured,
  NOON,
  newChunks,
  newLedger,
  runningRun,
  type Sum,
  shardKey,
  sumRows,
} from '../fixtures/sum-chain.fixture.ts';
import type { RunStore } from '../port.ts';
import { createRunStore } from '../run-store.ts';
import { MemoryTables } from '../tables/memory-tables.ts';
import type { Cell } from '../tables/tables.ts';

const run = runningRun('bounded', { shards: 2, total: 8 });
const key = shardKey(run);
const partition = `bounded:${run.gen}:measure:0000`;
/** More than an array can hold: whoever allocates by it fails otherwise than by a row's bounds. */
const ENDLESS = 5_000_000_000;
const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
const long = JSON.stringify('x'.repeat(40_000));

let tables: MemoryTables;
let store: RunStore<string, Measured, Sum>;
beforeEach(async () => {
  tables = new MemoryTables();
  store = createRunStore({ tables, rows: sumRows });
  await store.prepare();
  const marker = { shard: 1, succeeded: 4, failed: 0, failures: [], fold: { total: 1 } };
  const first = await store.writeRun(null, { run, history: [] });
  await store.writeRun(first, { run: { ...run, counted: [1] }, marker, history: [{ at: NOON, type: 'Running' }] });
  await store.insertShard(key, newLedger(4, 1), newChunks(4));
  await store.insertEvent(run.runId, run.gen, 'Approval', '{}', NOON);
});

/** Somebody has written these cells into a row. */
async function edit(table: string, partitionKey: string, rowKey: string, cells: Record<string, Cell>): Promise<void> {
  const row = await tables.get(table, partitionKey, rowKey);
  if (row === null) throw new Error(`no row ${rowKey}`);
  await tables.write(table, [{ kind: 'merge', row: { partitionKey, rowKey, cells }, etag: row.etag }]);
}

describe('a number over its bound is refused before anything is allocated by it, and the column named: in', () => {
  test.each<[string, Record<string, Cell>]>([
    ['shards', { shards: ENDLESS }],
    ['shards', { shards: 65 }],
    ['counted', { counted: `0-${ENDLESS}` }],
    ['counted', { counted: '64' }],
    // The run has two.
    ['counted', { counted: '2' }],
    ['total', { total: ENDLESS }],
    ['window', { window: ENDLESS }],
    ['window', { window: 0 }],
    ['chunkItems', { chunkItems: 0 }],
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
    await expect(store.readLedger(key)).rejects.toMatchObject({ name: 'UnreadableRowError', column });
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
    await expect(store.readChunk(key, 1)).rejects.toMatchObject({ name: 'UnreadableRowError', column });
    await expect(all(store.listChunks(key))).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test.each<[string, Record<string, Cell>]>([
    ['shard', { shard: 64 }],
    ['succeeded', { succeeded: ENDLESS }],
    ['failuresParts', { failuresParts: ENDLESS }],
  ])('a marker, %s', async (column, cells) => {
    await edit('runs', 'bounded', 'shard:0001', cells);
    await expect(store.readMarkers('bounded')).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test.each<[string, Record<string, Cell>]>([
    ['bodyParts', { bodyParts: ENDLESS }],
    ['gen', { gen: 'not one' }],
  ])('an event, %s', async (column, cells) => {
    await edit('runs', 'bounded', 'event:Approval', cells);
    const reading = store.readEvent('bounded', run.gen, 'Approval');
    await expect(reading).rejects.toMatchObject({ name: 'UnreadableRowError', column });
  });

  test('the timeline, detailParts', async () => {
    const at = new Date(NOON).toISOString();
    await edit('runs', 'bounded', `history:${at}-000`, { detail: '1', detailParts: ENDLESS });
    const [, line] = await store.readHistory('bounded');
    expect(line).toMatchObject({ type: 'RowUnreadable', detail: { column: 'detailParts' } });
  });
});

test('the error of a row tells of a few faults in few words, however much of it is wrong', async () => {
  const results = JSON.stringify(Array.from({ length: 100 }, () => ({ status: 'x'.repeat(300) })));
  await edit('chunks', partition, 'chunk:000001', { results });
  const error: unknown = await store.readChunk(key, 1).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ column: 'results', place: { table: 'chunks', rowKey: 'chunk:000001' } });
  expect(String(error).length).toBeLessThan(500);
});

function claim(chunk: number) {
  return { chunk, at: new Date(NOON).toISOString(), sends: 0, by: 'somebody' };
}
