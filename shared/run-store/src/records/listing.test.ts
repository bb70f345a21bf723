import { expect, test } from 'vitest';
import { FaultyTables } from '../fixtures/faulty-tables.fixture.ts';
import { NOON, runningRun } from '../fixtures/sum-chain.fixture.ts';
import { createRunStore } from '../run-store.ts';
import { UnknownOutcomeError } from '../tables/errors.ts';
import { MemoryTables } from '../tables/memory-tables.ts';
import { describeListing } from './listing.conformance.ts';

describeListing('in memory', async () => new MemoryTables());

async function faulty() {
  const tables = new FaultyTables(new MemoryTables());
  const store = createRunStore({ tables });
  await store.prepare();
  return { tables, store };
}

test('a mark whose answer is lost counts if it took effect, and fails if it did not', async () => {
  const { tables, store } = await faulty();
  const value = runningRun('run');
  const before = { value, etag: await store.writeRun(null, { run: value, history: [] }) };
  tables.stepIn(async () => {
    throw new UnknownOutcomeError('the request was lost');
  });
  await expect(store.markPurged(before, NOON)).rejects.toThrow('the request was lost');
  tables.stepIn(async (write, table, writes) => {
    await write(table, writes);
    throw new UnknownOutcomeError('the answer was lost');
  });
  await store.markPurged(before, NOON);
  expect(await store.readRun('run')).toBeNull();
});

test('a day is kept if a run is listed on it while it is being removed', async () => {
  const { tables, store } = await faulty();
  const run = runningRun('run');
  await store.indexByDay(run);
  for await (const line of store.listDay('20260102')) await store.deleteDayRow(line);
  tables.stepIn(async (write, table, writes) => {
    const etags = await write(table, writes);
    await createRunStore({ tables }).indexByDay(run);
    for await (const day of store.listDays()) throw new Error(`${day} should be missing and written again`);
    return etags;
  });
  // As far as the other process knows, it finds the day's row there.
  tables.stepIn((write, table, writes) => write(table, writes));
  tables.stepIn(async () => ['']);
  await store.forgetDay('20260102');
  const days = [];
  for await (const day of store.listDays()) days.push(day);
  expect(days).toEqual(['20260102']);
});
