import { workMessageSchema } from '@tally/contracts';
import { beforeEach, expect, test } from 'vitest';
import type { StepContext } from '../context/context.ts';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { MemorySystem, squareShards, squareStage } from '../fixtures/memory-system.fixture.ts';
import { countsOfRun, readNodeCounts } from '../read/read-counts.ts';
import { type TryItems, workChunk } from '../work/work-chunk.ts';
import { controlRun } from './control-run.ts';

const COUNT = 5;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

/** Takes the oldest work message and begins to work on it, as the host does. */
function beginWork(steps: StepContext, tryItems: TryItems) {
  const [message] = system.queues.receive('square', { visibilityMs: 600_000 });
  if (message === undefined) throw new Error('no work');
  const parsed = workMessageSchema.parse(JSON.parse(message.text));
  return workChunk(steps, squareStage, parsed, tryItems);
}

async function counts() {
  const steps = system.worker();
  const run = (await steps.store.readRun('run'))?.value;
  if (run === undefined) throw new Error('the run is gone');
  return countsOfRun(run, await readNodeCounts(steps, run));
}

test.each(['terminate', 'restart'] as const)(
  'I5: a %s aborts calls in flight; what they have not completed counts as aborted',
  async (how) => {
    await system.start(COUNT);
    let aborted = 0;
    const begun = Promise.withResolvers<void>();
    const hanging: TryItems = async (items, _run, signal) => {
      begun.resolve();
      // Only the signal ends this call.
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      aborted += items.length;
      return new Map();
    };
    const worker = system.worker();
    const work = beginWork(worker, hanging);
    await begun.promise;
    await controlRun(system.worker(), 'run', { verb: 'terminate', reason: 'enough' });
    // Longer than a row is cached.
    system.clock += 1_001;
    if (how === 'restart') await system.start(COUNT);
    await work;
    expect(aborted).toBeGreaterThan(0);
    await runToEnd(system);
    const { run, succeeded, open } = await audit(system);
    if (how === 'terminate') {
      expect(run).toMatchObject({ status: 'Terminated', reason: 'enough' });
      expect({ succeeded, open }).toEqual({ succeeded: 0, open: COUNT });
    } else expect({ status: run.status, succeeded }).toEqual({ status: 'Completed', succeeded: COUNT });
  },
);

test('I5: the counts of a terminated run are frozen: a later result changes nothing', async () => {
  await system.start(COUNT);
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const work = beginWork(system.worker(), async (items) => {
    begun.resolve();
    await finish.promise;
    return new Map(items.map(({ index }) => [index, { kind: 'succeeded', result: index * index, durationMs: 1 }]));
  });
  await begun.promise;
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  await runToEnd(system);
  const frozen = await counts();
  expect(frozen).toMatchObject({ succeeded: 0, aborted: COUNT, pending: 0, inFlight: 0 });
  finish.resolve();
  await work;
  expect(await counts()).toEqual(frozen);
  await audit(system);
});

test('a result that comes between termination and finalization is stored and counted', async () => {
  await system.start(COUNT);
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  let size = 0;
  const work = beginWork(system.worker(), async (items) => {
    size = items.length;
    begun.resolve();
    await finish.promise;
    return new Map(items.map(({ index }) => [index, { kind: 'succeeded', result: index * index, durationMs: 1 }]));
  });
  await begun.promise;
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  finish.resolve();
  await work;
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ succeeded: size, open: COUNT - size });
});

test('a pending, running, suspended or waiting run can be terminated, an ended run cannot', async () => {
  const terminate = async (runId = 'run') =>
    await controlRun(system.worker(), runId, { verb: 'terminate', reason: 'x' });
  const gate = { timeoutMs: 1_000_000, onTimeout: 'fail' } as const;
  const prepare: (() => Promise<unknown>)[] = [
    async () => {},
    async () => await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null }),
    async () => await system.deliverAll(),
  ];
  for (const reach of prepare) {
    system.clock += 1_000;
    await system.start(COUNT, { gate });
    await reach();
    expect(await terminate()).toMatchObject({ run: { status: 'Terminated', reason: 'x' } });
    expect(await terminate()).toMatchObject({ refused: 'already-ended' });
    await runToEnd(system);
    await audit(system);
  }
  expect(await terminate('unknown')).toBeNull();
});

test('a run that is terminated while its rows are written ends with what is written, and its id can be used again', async () => {
  let isDone = false;
  const steps = system.worker();
  const ready = system.worker();
  const shards = squareShards(steps);
  const insert = shards.insertShard.bind(shards);
  shards.insertShard = async (...rows) => {
    const inserted = await insert(...rows);
    if (!isDone) {
      isDone = true;
      await controlRun(ready, 'run', { verb: 'terminate', reason: 'early' });
    }
    return inserted;
  };
  // It did start: its caller gets the run, whose status shows that it was terminated.
  await system.start(14, {}, steps);
  await runToEnd(system);
  const run = (await ready.store.readRun('run'))?.value;
  expect(run).toMatchObject({ status: 'Terminated', finalized: { succeeded: 0, failed: 0, aborted: 14 } });
  system.clock += 1_000;
  await system.start(14);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(14));
});
