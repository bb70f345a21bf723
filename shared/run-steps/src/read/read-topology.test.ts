import { beforeEach, expect, test } from 'vitest';
import { aggregateStage, intakeStage } from '../context/registry.ts';
import { pass30Seconds } from '../fixtures/audit.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { readTopology } from './read-topology.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

const workers = async () => (await readTopology(system.worker())).stages.map((stage) => stage.workers);

async function rows(): Promise<number> {
  let count = 0;
  for await (const _ of system.worker().store.listWorkers()) count += 1;
  return count;
}

test("the stages come in the order of the path, with their queues' contents", async () => {
  await system.start(14);
  await system.queues.send('square-poison', 'x');
  expect((await readTopology(system.worker())).stages).toEqual([
    {
      ...{ name: 'intake', app: 'intake', does: intakeStage.does, queue: 'intake', depth: 1 },
      ...{ poisonQueue: 'intake-poison', poison: 0, workers: 1 },
    },
    {
      ...{ name: 'square', app: 'squarer', does: 'squares them', queue: 'square', depth: 1 },
      ...{ poisonQueue: 'square-poison', poison: 1, workers: 0 },
    },
    {
      ...{ name: 'square-small', app: 'squarer', does: 'squares them of small runs', queue: 'square-small', depth: 0 },
      ...{ poisonQueue: 'square-small-poison', poison: 0, workers: 0 },
    },
    {
      ...{ name: 'aggregate', app: 'aggregate', does: aggregateStage.does, queue: 'aggregate', depth: 0 },
      ...{ poisonQueue: 'aggregate-poison', poison: 0, workers: 0 },
    },
  ]);
});

test('processes count while they work, and for a minute and a half after', async () => {
  await system.start(14);
  const [one, other] = [system.worker(), system.worker()];
  await system.deliverOne(one);
  await system.deliverOne(one);
  await system.deliverOne(other);
  expect(await workers()).toEqual([2, 2, 0, 0]);
  system.clock += 80_000;
  await system.deliverAll(one);
  expect(await workers()).toEqual([2, 2, 0, 1]);
  system.clock += 20_000;
  expect(await workers()).toEqual([1, 1, 0, 1]);
});

test('a process writes at most twice a minute', async () => {
  const one = system.worker();
  let beats = 0;
  const beat = one.store.beat.bind(one.store);
  one.store.beat = async (...row) => {
    beats += 1;
    return await beat(...row);
  };
  for (let second = 0; second < 60; second += 1) {
    await Promise.all([one.heartbeat.beat('square'), one.heartbeat.beat('square')]);
    system.clock += 1_000;
  }
  expect(beats).toBe(2);
});

test('a process whose row is gone, or whose answer was lost, continues with a new row', async () => {
  const one = system.worker();
  await one.heartbeat.beat('square');
  for await (const row of one.store.listWorkers()) await one.store.deleteWorker(row);
  system.clock += 30_000;
  await one.heartbeat.beat('square');
  expect(await rows()).toBe(0);
  system.clock += 30_000;
  await one.heartbeat.beat('square');
  expect(await workers()).toEqual([0, 1, 0, 0]);
});

test('the watchdog removes processes that were gone for an hour, and no live one', async () => {
  await system.worker().heartbeat.beat('square');
  const busy = system.worker();
  for (let pass = 0; pass < 150; pass += 1) {
    await busy.heartbeat.beat('intake');
    await pass30Seconds(system);
  }
  const left = [];
  for await (const { value } of busy.store.listWorkers()) left.push(value.stage);
  expect(left).toContain('intake');
  expect(left).not.toContain('square');
});
