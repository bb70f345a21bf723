import { totalOf } from '@tally/run-state';
import { beforeEach, expect, test } from 'vitest';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { FIRST_ROUND, MemorySystem, squareShards } from '../fixtures/memory-system.fixture.ts';
import { countsOfRun, readNodeCounts } from '../read/read-counts.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

test.each([1, 3, 6, 7, 20, 24])(
  'a run of %i numbers ends without the watchdog, and tries every item once',
  async (count) => {
    const started = await system.start(count);
    expect(started).toMatchObject({
      kind: 'started',
      run: { status: 'Running', nodes: { square: { map: { total: count } } } },
    });
    await system.deliverAll();
    const { run, sum } = await audit(system);
    expect(run).toMatchObject({
      status: 'Completed',
      output: { sum: sumOfSquares(count), succeeded: count, failed: 0 },
    });
    expect(sum).toBe(sumOfSquares(count));
    expect([...system.tries.values()]).toEqual(Array.from({ length: count }, () => 1));
  },
);

test('a run whose id needs a JSON escape that no queue takes ends all the same', async () => {
  await system.start(3, { runId: 'a\ufffeb\uffffc' });
  await system.deliverAll();
  expect((await system.worker().store.readRun('a\ufffeb\uffffc'))?.value.status).toBe('Completed');
});

test('I3: no more chunks are claimed than the window holds, for any number of shards', async () => {
  await system.start(24);
  const steps = system.worker();
  for (let most = 0; await system.deliverOne(steps); ) {
    const run = (await steps.store.readRun('run'))?.value ?? fail();
    const { inFlight } = countsOfRun(run, await readNodeCounts(steps, run));
    most = Math.max(most, inFlight);
    expect(most).toBeLessThanOrEqual(6);
  }
  await audit(system);
});

test('a second start of a live run is refused and changes nothing', async () => {
  await system.start(5);
  const again = await system.start(9);
  expect(again).toMatchObject({ kind: 'exists', run: { nodes: { square: { map: { total: 5 } } }, status: 'Running' } });
  await runToEnd(system);
  expect(totalOf((await audit(system)).run)).toBe(5);
});

test('of two simultaneous starts of one id exactly one wins', async () => {
  const results = await Promise.all([system.start(5), system.start(5), system.start(5)]);
  expect(results.map(({ kind }) => kind).sort()).toEqual(['exists', 'exists', 'started']);
  await runToEnd(system);
  expect((await audit(system)).succeeded).toBe(5);
});

test('a restart with the same id is a new generation; late messages of the old one are dropped and its rows deleted', async () => {
  await system.start(5);
  const late = system.queues.texts('square')[0] ?? fail();
  await runToEnd(system);
  const first = await audit(system);
  system.clock += 1_000;
  await system.start(4);
  await system.queues.send('square', late);
  await runToEnd(system);
  const second = await audit(system);
  expect(second.run.generation).not.toBe(first.run.generation);
  expect(second.succeeded).toBe(4);
  await pass30Seconds(system);
  expect(
    await squareShards(system.worker()).readLedger({
      runId: 'run',
      generation: first.run.generation,
      ...FIRST_ROUND,
      shard: 0,
    }),
  ).toBeNull();
});

function fail(): never {
  throw new Error('there is no such thing');
}
