import { generationOf } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { expect, test } from 'vitest';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeDue } from './purge-due.ts';
import { retireRuns } from './retire-runs.ts';

const DAY_MS = 86_400_000;
const RUNS = 250;

/** Ended runs over three days, with everything about them finished. */
async function ended(): Promise<MemorySystem> {
  const system = new MemorySystem();
  await system.prepare();
  const { store } = system.worker();
  for (let number = 0; number < RUNS; number += 1) {
    system.clock += (3 * DAY_MS) / RUNS;
    const at = Math.floor(system.clock);
    const run: Run = {
      ...{
        status: 'Completed',
        runId: `run ${number}`,
        generation: generationOf(at),
        name: 'squares',
        chainVersion: 7,
        epoch: 1,
      },
      ...{ nodes: {}, opened: [], outbox: [], options: { tolerance: {} }, input: null, output: null },
      ...{ createdAt: at, updatedAt: at, endedAt: at, finalized: { succeeded: 0, failed: 0, aborted: 0 } },
    };
    await store.writeRun(null, { run, input: null, history: [] });
    await store.indexByDay(run);
  }
  system.clock = Math.floor(system.clock) + 2 * DAY_MS;
  return system;
}

test('retention continues until nothing is left, however many runs there are', async () => {
  const system = await ended();
  expect(await purgeDue(system.worker(), { retentionMs: DAY_MS })).toEqual({
    retired: RUNS,
    isWhole: true,
    failed: [],
  });
  expect(system.tables.rows('runs')).toEqual([]);
});

test('retention stops when its time is over, and the next pass continues behind the last run, even behind kept runs', async () => {
  const system = await ended();
  const get = system.tables.get.bind(system.tables);
  system.tables.get = async (...keys) => {
    system.clock += 1;
    return await get(...keys);
  };
  const steps = system.worker();
  const mark = steps.store.markPurged.bind(steps.store);
  // Every second run stays, whatever is tried.
  const seen = new Set<string>();
  steps.store.markPurged = async (before, at) => {
    seen.add(before.value.runId);
    if (Number(before.value.runId.slice(4)) % 2 === 0) throw new Error('down');
    await mark(before, at);
  };
  let passes = 0;
  for (; seen.size < RUNS; passes += 1) {
    expect(passes).toBeLessThan(50);
    expect((await retireRuns(steps, DAY_MS, 200, () => {})).isWhole).toBe(false);
  }
  expect(passes).toBeGreaterThan(3);
  expect(system.tables.rows('runs').filter(({ rowKey }) => rowKey === 'run')).toHaveLength(RUNS / 2);
});
