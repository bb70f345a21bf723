import { expect, test } from 'vitest';
import { FaultyTables } from '../fixtures/faulty-tables.fixture.ts';
import { newChunks, newLedger, runningRun, shardKey, sumShape } from '../fixtures/sum-chain.fixture.ts';
import { createRunStore } from '../run-store.ts';
import { ConflictError, UnknownOutcomeError } from '../tables/errors.ts';
import { MemoryTables } from '../tables/memory-tables.ts';

async function oldShard() {
  const tables = new FaultyTables(new MemoryTables());
  const store = createRunStore({ tables });
  await store.prepare();
  const run = runningRun('old');
  const key = shardKey(run);
  const shards = store.shards(sumShape);
  const rows = await shards.insertShard(key, newLedger(120), newChunks(120));
  await store.queuePurge(run.runId, run.generation, run.opened);
  const purge = () => store.purgeGeneration(run.runId, run.generation, run.opened);
  const left = async () => {
    let chunks = 0;
    for await (const _ of shards.listChunks(key)) chunks += 1;
    let purges = 0;
    for await (const _ of store.listPurges()) purges += 1;
    return { chunks, purges };
  };
  return { tables, store, shards, key, rows, purge, left };
}

test('a purge deletes a row even if a late worker changes it meanwhile', async () => {
  const { tables, shards, key, rows, purge, left } = await oldShard();
  tables.stepIn((write, table, writes) => write(table, writes));
  tables.stepIn(async (write, table, writes) => {
    const row = {
      partitionKey: `${key.runId}:${key.generation}:measure.1:0000`,
      rowKey: 'chunk:000000',
      cells: { attempts: '[1]' },
    };
    await write(table, [{ kind: 'merge', row, etag: rows.chunks.get(0)?.etag ?? 'no row' }]);
    return await write(table, writes);
  });
  await purge();
  expect(await shards.readLedger(key)).toBeNull();
  expect(await left()).toEqual({ chunks: 0, purges: 0 });
});

test('a purge whose rows change during each of its tries ends, and says so', async () => {
  const { tables, purge, left } = await oldShard();
  for (let tries = 0; tries < 10; tries += 1)
    tables.stepIn(async () => {
      throw new ConflictError(0, 'changed');
    });
  await expect(purge()).rejects.toThrow(
    /^10 tries to delete rows of chunks old:.* have failed\..*has changed the row$/,
  );
  expect(await left()).toEqual({ chunks: 120, purges: 1 });
});

test('an interrupted purge has deleted the ledger before any chunk, keeps its row, and is completed by the next one', async () => {
  const { tables, shards, key, purge, left } = await oldShard();
  tables.stepIn((write, table, writes) => write(table, writes));
  tables.stepIn(async () => {
    throw new UnknownOutcomeError('down');
  });
  await expect(purge()).rejects.toThrow('down');
  expect(await shards.readLedger(key)).toBeNull();
  expect(await left()).toEqual({ chunks: 120, purges: 1 });
  await purge();
  expect(await left()).toEqual({ chunks: 0, purges: 0 });
});

test('a purge that cannot continue does not lock the id: a new run takes it over, whatever the old row holds', async () => {
  const { tables, store, purge } = await oldShard();
  const old = runningRun('old');
  const etag = await store.writeRun(null, { run: old, history: [] });
  await store.markPurged({ value: old, etag }, old.createdAt);
  const standing = await tables.get('runs', 'old', 'run');
  if (standing === null) throw new Error('no row');
  // Not a row that can be read, and more rows beside it than a transaction holds.
  const unreadable = { ...standing, cells: { nodes: 'many', gen: 'not one' } };
  await tables.write('runs', [{ kind: 'merge', row: unreadable, etag: standing.etag }]);
  for (let shard = 0; shard < 180; shard += 1)
    await tables.write('runs', [
      { kind: 'insert', row: { partitionKey: 'old', rowKey: `shard:${old.generation}:other.1:${shard}`, cells: {} } },
    ]);
  const createdAt = old.createdAt + 1;
  const run = runningRun('old', { createdAt, generation: createdAt.toString(36) });
  await store.writeRun(null, { run, history: [] });
  await purge();
  expect((await store.readRun('old'))?.value.generation).toBe(run.generation);
  const left = [];
  for await (const { rowKey } of tables.list('runs', { partitionKey: 'old' })) left.push(rowKey);
  expect(left).toEqual(['run']);
});

test('a note that does not list the opened rounds is skipped and kept', async () => {
  const { tables, store, left } = await oldShard();
  const rowKey = `old:${runningRun('old').generation}`;
  const note = await tables.get('index', 'purge', rowKey);
  if (note === null) throw new Error('no note');
  const row = { partitionKey: 'purge', rowKey, cells: { opened: '[{"node":"measure"}]' } };
  await tables.write('index', [{ kind: 'merge', row, etag: note.etag }]);
  expect(await left()).toEqual({ chunks: 120, purges: 0 });
  expect(await tables.get('index', 'purge', rowKey)).not.toBeNull();
  // Noted again, it is read again: the note is made complete, however long it was.
  const opened = Array.from({ length: 2_000 }, (_, since) => ({ node: 'measure', since, shards: 1 }));
  await store.queuePurge('old', runningRun('old').generation, opened);
  await store.queuePurge('old', runningRun('old').generation, [{ node: 'measure', since: 1, shards: 1 }]);
  for await (const one of store.listPurges()) expect(one.opened).toEqual([{ node: 'measure', since: 1, shards: 1 }]);
  expect(await left()).toEqual({ chunks: 120, purges: 1 });
});
