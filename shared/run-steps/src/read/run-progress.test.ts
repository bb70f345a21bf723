import { beforeEach, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { countsOfRun, readNodeCounts } from './read-counts.ts';
import { progressOf } from './run-progress.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function progress() {
  const steps = system.worker();
  const run = (await steps.store.readRun('run'))?.value;
  if (run === undefined) throw new Error('the run is gone');
  return progressOf(run, await readNodeCounts(steps, run), system.clock);
}

test('a new run has counts that add up, with the first claims out, and neither rate nor eta', async () => {
  await system.start(14);
  expect(await progress()).toMatchObject({
    counts: { total: 14, pending: 11, inFlight: 3, succeeded: 0, failed: 0, aborted: 0 },
    rate: null,
    eta: null,
  });
});

test('a run that is still being started has nothing in flight, whatever its start has claimed', async () => {
  await system.start(14);
  const steps = system.worker();
  const run = (await steps.store.readRun('run'))?.value;
  if (run === undefined) throw new Error('the run is gone');
  const pending = { ...run, status: 'Pending' } as const;
  const counts = countsOfRun(pending, await readNodeCounts(steps, pending));
  expect(counts).toEqual({ total: 14, pending: 14, inFlight: 0, succeeded: 0, failed: 0, aborted: 0 });
});

test('half-way, the rate is items per elapsed time, and the eta follows from the rest', async () => {
  await system.start(14);
  for (let count = 0; count < 3; count += 1) await system.deliverOne();
  system.clock += 3_000;
  const { counts, rate, eta } = await progress();
  expect(counts.succeeded).toBe(6);
  expect(counts.pending + counts.inFlight).toBe(8);
  expect(rate).toBe(2);
  expect(eta).toBe(new Date(system.clock + 4_000).toISOString());
  await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  expect((await progress()).eta).toBeNull();
});

test('an ended run has no eta, and its rate and estimated requests are final', async () => {
  await system.start(14);
  system.clock += 7_000;
  const writes = system.tables.writes;
  await runToEnd(system);
  const ended = await progress();
  expect(ended).toMatchObject({ counts: { succeeded: 14, pending: 0 }, eta: null });
  expect(ended.rate).toBeCloseTo(2, 2);
  expect(ended.storageTransactions).toBeGreaterThan(system.tables.writes - writes);
  system.clock += 60_000;
  expect(await progress()).toEqual(ended);
});

test('I6: before its finalization, a terminated run counts unfinished items as aborted', async () => {
  await system.start(14);
  for (let count = 0; count < 3; count += 1) await system.deliverOne();
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  const counts = { total: 14, pending: 0, inFlight: 0, succeeded: 6, failed: 0, aborted: 8 };
  expect((await progress()).counts).toEqual(counts);
  await runToEnd(system);
  expect((await progress()).counts).toEqual(counts);
});

test('a run whose rows are still being written has only pending items', async () => {
  await system.start(14);
  const steps = system.worker();
  const run = (await steps.store.readRun('run'))?.value;
  if (run === undefined) throw new Error('the run is gone');
  const unwritten = { ...run, generation: 'unwritten' };
  const counts = countsOfRun(unwritten, await readNodeCounts(steps, unwritten));
  expect(counts).toEqual({ total: 14, pending: 14, inFlight: 0, succeeded: 0, failed: 0, aborted: 0 });
});
