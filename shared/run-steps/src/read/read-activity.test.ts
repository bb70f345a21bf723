import { beforeEach, expect, test } from 'vitest';
import { queuesOf } from '../context/compose.ts';
import { pass30Seconds } from '../fixtures/audit.fixture.ts';
import { edit } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { readActivity } from './read-activity.ts';

const MINUTE_MS = 60_000;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

test('tells at how many runs a node is where, of those that have not ended', async () => {
  await system.start(3, { runId: 'ended' });
  await system.deliverAll();
  await system.start(3, { runId: 'one' });
  await system.start(3, { runId: 'other' });
  const { runs, isWhole, nodes, stuck } = await readActivity(system.worker());
  expect({ runs, isWhole, stuck }).toEqual({ runs: 2, isWhole: true, stuck: [] });
  expect(nodes).toEqual([{ chain: 'squares', node: 'square', atWork: 2, waiting: 0, done: 0, failed: 0 }]);
});

test('a run whose message was sent again and again is named with the node, and what has ended is not', async () => {
  await system.start(3);
  // Whoever takes the messages does nothing with them.
  const lose = (visibilityMs: number) => {
    for (const queue of queuesOf({ chains: system.chains })) system.queues.receive(queue, { visibilityMs, max: 32 });
  };
  for (let passes = 0; passes < 24; passes += 1) {
    lose(12 * MINUTE_MS);
    await pass30Seconds(system);
  }
  const [found] = (await readActivity(system.worker())).stuck;
  expect(found).toMatchObject({ runId: 'run', chain: 'squares', node: 'square', code: 'SentAgain' });
  expect(found?.message).toMatch(/sent again \d+ times/);
  system.clock += 15 * MINUTE_MS;
  await system.deliverAll();
  expect((await readActivity(system.worker())).stuck).toEqual([]);
});

test('a run of a chain that is not known here, and one whose row can not be read, are named', async () => {
  await system.start(3);
  expect((await readActivity(system.worker(0, []))).stuck).toMatchObject([{ runId: 'run', code: 'Unserved' }]);
  await edit(system, { table: 'runs', partitionKey: 'run', rowKey: 'run' }, { epoch: 'x' });
  const { runs, nodes } = await readActivity(system.worker());
  // Whoever lists it takes it for failed.
  expect([runs, nodes]).toEqual([0, []]);
});
