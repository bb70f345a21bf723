import { beforeEach, expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { countRuns } from './count-runs.ts';

const HOUR_MS = 3_600_000;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

test('runs are counted in intervals of equal length, both ends included, across midnight', async () => {
  const first = Math.ceil(system.clock / (24 * HOUR_MS)) * 24 * HOUR_MS - HOUR_MS;
  for (const [hours, runId] of [
    [0, 'a'],
    [1, 'b'],
    [1, 'c'],
    [3, 'd'],
    [9, 'late'],
  ] as const) {
    system.clock = first + hours * HOUR_MS;
    await system.start(1, { runId });
  }
  const context = system.worker();
  const counted = await countRuns(context, { createdFrom: first, createdTo: first + 4 * HOUR_MS - 1, buckets: 4 });
  expect(counted).toEqual({ from: first, bucketMs: HOUR_MS, counts: [1, 2, 0, 1], countedFrom: first });
  const one = await countRuns(context, { createdFrom: first, createdTo: first, buckets: 3 });
  expect(one.counts.reduce((sum, count) => sum + count, 0)).toBe(1);
});

test('without a beginning, the count starts on the day of the first run: at least one day, at most thirty', async () => {
  const context = system.worker();
  const from = async () => system.clock - (await countRuns(context, { createdTo: system.clock, buckets: 1 })).from;
  expect(await from()).toBe(24 * HOUR_MS);
  const day = Math.floor(system.clock / (24 * HOUR_MS)) * 24 * HOUR_MS;
  await system.start(1, { runId: 'a' });
  system.clock += 72 * HOUR_MS;
  expect(await from()).toBe(system.clock - day);
  system.clock += 60 * 24 * HOUR_MS;
  expect(await from()).toBe(24 * HOUR_MS);
});

test('a reversed interval, or one before all time, counts nothing', async () => {
  await system.start(1, { runId: 'a' });
  const context = system.worker();
  for (const [createdFrom, createdTo] of [
    [system.clock + 10, system.clock - HOUR_MS],
    [-5, 0],
  ] as const) {
    const { counts } = await countRuns(context, { createdFrom, createdTo, buckets: 2 });
    expect(counts).toEqual([0, 0]);
  }
});
