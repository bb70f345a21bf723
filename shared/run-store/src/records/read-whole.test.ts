import { NO_WRITES } from '@tally/run-state';
import { expect, test } from 'vitest';
import { FaultyTables } from '../fixtures/faulty-tables.fixture.ts';
import { NOON, newChunks, newLedger, runningRun, shardKey, sumShape } from '../fixtures/sum-chain.fixture.ts';
import { createRunStore } from '../run-store.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import { MemoryTables } from '../tables/memory-tables.ts';
import type { RowQuery, StoredRow } from '../tables/tables.ts';

/** Tables whose answers hold three rows. During a longer list a test may write once, after the first row. */
class SlowTables extends MemoryTables {
  between: (() => Promise<unknown>) | null = null;

  constructor() {
    super({ partRows: 3 });
  }

  override async *list(table: string, query: RowQuery): AsyncIterable<StoredRow> {
    const [first] = (await super.firstPart(table, query)).rows;
    if (first === undefined) return;
    yield first;
    const write = this.between;
    this.between = null;
    await write?.();
    yield* super.list(table, { ...query, from: `${first.rowKey} ` });
  }
}

test('pages between which the run is written are read again until they are consistent', async () => {
  const tables = new SlowTables();
  const store = createRunStore({ tables });
  await store.prepare();
  const run = runningRun('parts');
  const tasks = [1, 2, 3].map((since) => ({ node: 'pdf', since, input: since }));
  await store.writeRun(null, { run, input: 0, writes: { ...NO_WRITES, tasks }, history: [] });
  const before = await store.readWhole('parts');
  if (before === null) throw new Error('no run');
  expect(before.records.tasks.size).toBe(3);
  // It would stand before the row that the first part ends with.
  const event = { name: 'Go', at: NOON, payload: 'now' };
  tables.between = () => store.writeRun(before, { run, writes: { ...NO_WRITES, event }, history: [] });
  const after = await store.readWhole('parts');
  expect(tables.between).toBeNull();
  expect(after?.etag).not.toBe(before.etag);
  expect([...(after?.records.events ?? [])]).toEqual([['Go', { at: NOON, payload: 'now' }]]);
});

test('a run of few rows is read in one request', async () => {
  const tables = new FaultyTables(new MemoryTables());
  const store = createRunStore({ tables });
  await store.prepare();
  await store.writeRun(null, { run: runningRun('few'), input: 0, history: [] });
  await store.readWhole('few');
  expect(tables.reads).toEqual(['first part']);
});

test.each([true, false])('a shard is inserted even if an answer is lost (took effect: %s)', async (isWritten) => {
  const tables = new FaultyTables(new MemoryTables());
  const runs = createRunStore({ tables });
  await runs.prepare();
  const shards = runs.shards(sumShape);
  const key = shardKey(runningRun('lost'));
  tables.stepIn(async (write, table, writes) => {
    if (isWritten) await write(table, writes);
    throw new UnknownOutcomeError('lost');
  });
  const rows = await shards.insertShard(key, newLedger(120), newChunks(120));
  expect(rows.ledger).toEqual(await shards.readLedger(key));
  expect(tables.writes).toEqual(isWritten ? [100, 21] : [100, 100, 21]);
});
