import { expect, test } from 'vitest';
import { FaultyTables } from '../fixtures/faulty-tables.fixture.ts';
import { newChunks, newLedger, runningRun, shardKey, sumRows } from '../fixtures/sum-chain.fixture.ts';
import { createRunStore } from '../run-store.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import { MemoryTables } from '../tables/memory-tables.ts';

async function oldShard() {
  const tables = new FaultyTables(new MemoryTables());
  const store = createRunStore({ tables, rows: sumRows });
  await store.prepare();
  const run = runningRun('old');
  const key = shardKey(run);
  const rows = await store.insertShard(key, newLedger(120), newChunks(120));
  await store.queuePurge(run.runId, run.gen, 1);
  const purge = () => store.purgeGeneration('measure', run.runId, run.gen, 1);
  const left = async () => {
    let chunks = 0;
    for await (const _ of store.listChunks(key)) chunks += 1;
    let purges = 0;
    for await (const _ of store.listPurges()) purges += 1;
    return { chunks, purges };
  };
  return { tables, store, key, rows, purge, left };
}

test('a purge deletes a row also where a late worker has changed it meanwhile', async () => {
  const { tables, store, key, rows, purge, left } = await oldShard();
  tables.stepIn((write, table, writes) => write(table, writes));
  tables.stepIn(async (write, table, writes) => {
    const row = {
      partitionKey: `${key.runId}:${key.gen}:measure:0000`,
      rowKey: 'chunk:000000',
      cells: { attempts: '[1]' },
    };
    await write(table, [{ kind: 'merge', row, etag: rows.chunks.get(0)?.etag ?? 'no row' }]);
    return await write(table, writes);
  });
  await purge();
  expect(await store.readLedger(key)).toBeNull();
  expect(await left()).toEqual({ chunks: 0, purges: 0 });
});

test('an interrupted purge has deleted the ledger before any chunk, keeps its row, and is finished by the next', async () => {
  const { tables, store, key, purge, left } = await oldShard();
  tables.stepIn((write, table, writes) => write(table, writes));
  tables.stepIn(async () => {
    throw new UnknownOutcomeError('down');
  });
  await expect(purge()).rejects.toThrow('down');
  expect(await store.readLedger(key)).toBeNull();
  expect(await left()).toEqual({ chunks: 120, purges: 1 });
  await purge();
  expect(await left()).toEqual({ chunks: 0, purges: 0 });
});

test('a purge that can not go on does not lock the id: a new run takes it over, whatever the old row holds', async () => {
  const { tables, store, purge } = await oldShard();
  const old = runningRun('old');
  const before = await store.writeRun(null, { run: old, history: [] });
  await store.markPurged(before, old.createdAt);
  const standing = await tables.get('runs', 'old', 'run');
  if (standing === null) throw new Error('no row');
  // Not a row that can be read, and more rows that look like markers than a transaction holds.
  const unreadable = { ...standing, cells: { total: 'many', gen: 'not one' } };
  await tables.write('runs', [{ kind: 'merge', row: unreadable, etag: standing.etag }]);
  for (let shard = 64; shard < 180; shard += 1)
    await tables.write('runs', [
      { kind: 'insert', row: { partitionKey: 'old', rowKey: `shard:${String(shard).padStart(4, '0')}`, cells: {} } },
    ]);
  const run = runningRun('old', { createdAt: old.createdAt + 1, gen: (old.createdAt + 1).toString(36) });
  await store.writeRun(null, { run, history: [] });
  await purge();
  expect((await store.readRun('old'))?.value.gen).toBe(run.gen);
});
