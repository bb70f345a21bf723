import { beforeEach, describe, expect, test } from 'vitest';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { countsOfRun, readNodeCounts } from '../read/read-counts.ts';
import { controlRun } from './control-run.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function control(verb: 'suspend' | 'resume' | 'terminate' | 'rewind', reason: string | null = null) {
  return await controlRun(system.worker(), 'run', { verb, reason });
}

const down = { kind: 'failed', error: { code: 'Down', message: 'not there' }, durationMs: 1 } as const;

async function deliver(count: number): Promise<void> {
  const steps = system.worker();
  for (let delivered = 0; delivered < count; delivered += 1) await system.deliverOne(steps);
}

test('a suspended run drops its messages and makes no progress; a resume continues it', async () => {
  await system.start(14);
  await deliver(3);
  await control('suspend', 'wait');
  await system.deliverAll();
  await pass30Seconds(system);
  await system.deliverAll();
  const tried = [...system.tries.keys()].length;
  expect(tried).toBeLessThan(14);
  const resumed = await control('resume');
  expect(resumed?.run).toMatchObject({ status: 'Running', epoch: 2 });
  await system.deliverAll();
  expect((await audit(system)).sum).toBe(sumOfSquares(14));
  // What was done is not done again.
  expect([...system.tries.values()]).toEqual(Array.from({ length: 14 }, () => 1));
});

test('I5: a terminated run keeps its reason, counts the rest as aborted, and takes no more results', async () => {
  await system.start(14);
  await deliver(2);
  const [late = ''] = system.queues.texts('square');
  await control('terminate', 'enough');
  await runToEnd(system);
  const { run, succeeded, open } = await audit(system);
  expect(run).toMatchObject({ status: 'Terminated', reason: 'enough' });
  expect(open).toBe(14 - succeeded);
  await system.queues.send('square', late);
  await system.deliverAll();
  expect((await audit(system)).run).toEqual(run);
  expect(await control('suspend')).toMatchObject({ refused: 'already-ended' });
});

test('a rewind repeats only the failed items and keeps the good results', async () => {
  const isDown = { now: true };
  system.attempt = (index) =>
    isDown.now && index % 3 === 0 ? down : { kind: 'succeeded', result: index * index, durationMs: 1 };
  await system.start(14);
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, failed: 5, succeeded: 9 });
  isDown.now = false;
  system.tries.clear();
  expect((await control('rewind'))?.run).toMatchObject({
    status: 'Running',
    nodes: { square: { map: { counted: [] } } },
  });
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({
    run: { status: 'Completed' },
    failed: 0,
    succeeded: 14,
    sum: sumOfSquares(14),
  });
  expect([...system.tries.keys()].sort((a, b) => a - b)).toEqual([0, 3, 6, 9, 12]);
});

describe('a completed run whose finalization was interrupted', () => {
  beforeEach(() => {
    system.tables.beforeWrite = (_number, table, writes) => {
      const isFinal = (row: { readonly cells: Readonly<Record<string, unknown>> }) =>
        row.cells['status'] === 'Completed' && row.cells['housed'] !== 'null';
      if (table === 'runs' && writes.some((write) => 'row' in write && isFinal(write.row))) throw new Crash();
    };
  });

  async function completedRun(): Promise<void> {
    await system.start(14);
    await system.deliverAll();
    system.tables.beforeWrite = () => {};
    expect((await system.worker().store.readRun('run'))?.value).toMatchObject({ status: 'Completed', finalized: null });
  }

  test('is rewound by the failed items in its summaries', async () => {
    system.attempt = (index) => (index % 3 === 0 ? down : { kind: 'succeeded', result: index * index, durationMs: 1 });
    await completedRun();
    system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
    system.tries.clear();
    expect((await control('rewind'))?.run).toMatchObject({
      status: 'Running',
      nodes: { square: { map: { counted: [] } } },
    });
    await runToEnd(system);
    expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, failed: 0, sum: sumOfSquares(14) });
    expect([...system.tries.keys()].sort((a, b) => a - b)).toEqual([0, 3, 6, 9, 12]);
  });

  test('cannot be rewound if no item has failed, and its finalization is completed', async () => {
    await completedRun();
    expect(await control('rewind')).toMatchObject({ refused: 'nothing-to-rewind' });
    await runToEnd(system);
    expect((await audit(system)).sum).toBe(sumOfSquares(14));
  });
});

test('I5: a rewind whose message is lost is completed by the watchdog, even during finalization', async () => {
  system.attempt = () => down;
  await system.start(14);
  await runToEnd(system);
  expect((await audit(system)).run).toMatchObject({ status: 'Failed', error: { code: 'AllItemsFailed' } });
  system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
  await control('rewind');
  system.queues.receive('intake', { visibilityMs: 10 ** 9 });
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, sum: sumOfSquares(14) });
});

test('a run past its deadline is failed', async () => {
  await system.start(14, { options: { tolerance: {}, deadline: system.clock + 45_000 } });
  system.queues.receive('intake', { visibilityMs: 10 ** 9 });
  await runToEnd(system);
  expect((await audit(system)).run).toMatchObject({ status: 'Failed', error: { code: 'DeadlineExceeded' } });
});

test('the write that ends a run after its deadline fails it, without a watchdog', async () => {
  const deadline = system.clock + 2_000;
  await system.start(2, { options: { tolerance: {}, deadline } });
  await system.deliverOne();
  system.clock = deadline + 1;
  await system.deliverAll();
  expect((await audit(system)).run).toMatchObject({ status: 'Failed', error: { code: 'DeadlineExceeded' } });
});

test('a run with open work is failed by the first result after its deadline', async () => {
  const deadline = system.clock + 2_000;
  await system.start(24, { options: { tolerance: {}, deadline } });
  system.clock = deadline + 1;
  await system.deliverOne();
  await system.deliverAll();
  const { run, open, succeeded } = await audit(system);
  expect(run).toMatchObject({ status: 'Failed', error: { code: 'DeadlineExceeded' } });
  expect(open).toBeGreaterThan(0);
  expect(succeeded).toBeLessThan(24);
});

test('a rewind of a run that its deadline has failed gives it the same time again', async () => {
  const deadline = system.clock + 45_000;
  await system.start(14, { options: { tolerance: {}, deadline } });
  system.clock = deadline + 1;
  await runToEnd(system);
  expect((await audit(system)).run).toMatchObject({ error: { code: 'DeadlineExceeded' } });
  await control('rewind');
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, sum: sumOfSquares(14) });
});

test('a run with a tolerance completes although all its items have failed', async () => {
  system.attempt = () => down;
  await system.start(6, { options: { tolerance: { percentage: 100 } } });
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, failed: 6 });
});

test('a run is failed as soon as more items have failed than it tolerates, before the rest is tried', async () => {
  system.attempt = () => down;
  await system.start(24, { options: { tolerance: { count: 2 } } });
  await runToEnd(system);
  const { run, open } = await audit(system);
  expect(run).toMatchObject({ status: 'Failed', error: { code: 'FailureToleranceExceeded' } });
  expect(open).toBeGreaterThan(0);
});

test('I3: a changed window applies from then on', async () => {
  await system.start(24);
  await controlRun(system.worker(), 'run', { verb: 'set-window', window: 24 });
  const steps = system.worker();
  await system.deliverOne(steps);
  await system.deliverOne(steps);
  const run = (await steps.store.readRun('run'))?.value;
  if (run === undefined) throw new Error('the run is gone');
  const { inFlight } = countsOfRun(run, await readNodeCounts(steps, run));
  expect(inFlight).toBeGreaterThan(6);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(24));
});

test('I3: with a window smaller than a chunk and several shards, no more items than the window are in flight', async () => {
  await system.start(14, { options: { tolerance: {}, window: 2 } });
  const steps = system.worker();
  const seen = new Set<number>();
  while (await system.deliverOne(steps)) {
    const run = (await steps.store.readRun('run'))?.value;
    if (run?.status === 'Running') seen.add(countsOfRun(run, await readNodeCounts(steps, run)).inFlight);
  }
  expect(Math.max(...seen)).toBe(2);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(14));
});

test('a window of one item suffices for a run of several shards', async () => {
  await system.start(14, { options: { tolerance: {}, window: 1 } });
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, sum: sumOfSquares(14) });
});

test('the items in flight of a suspended run fall to zero as its messages come up, and a resume completes the run', async () => {
  await system.start(14);
  await system.deliverOne();
  await control('suspend');
  const count = async () => {
    const run = (await system.worker().store.readRun('run'))?.value;
    if (run === undefined) throw new Error('the run is gone');
    return countsOfRun(run, await readNodeCounts(system.worker(), run)).inFlight;
  };
  expect(await count()).toBeGreaterThan(0);
  await system.deliverAll();
  expect(await count()).toBe(0);
  await control('resume');
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(14));
});
