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

test('counts the runs at each node among unfinished and newest runs, and the items of unfinished runs', async () => {
  await system.start(3, { runId: 'ended' });
  await system.deliverAll();
  await system.start(3, { runId: 'one' });
  await system.start(3, { runId: 'other' });
  const { runs, recent, isWhole, nodes, stuck } = await readActivity(system.worker());
  expect({ runs, recent, isWhole, stuck }).toEqual({ runs: 2, recent: 1, isWhole: true, stuck: [] });
  const items = { total: 6, pending: 0, inFlight: 6, succeeded: 0, failed: 0, aborted: 0 };
  const [square] = nodes;
  expect(square).toMatchObject({ chain: 'squares', node: 'square', atWork: 2, waiting: 0, done: 1, failed: 0, items });
  // Three results within the last minute.
  expect(square?.rate).toBeCloseTo(3 / 60);
  system.clock += 2 * MINUTE_MS;
  expect((await readActivity(system.worker())).nodes[0]?.rate).toBe(0);
});

test('reports counted and running items of a large map separately, and edges report the runs that passed them', async () => {
  await system.start(20, { gate: { timeoutMs: MINUTE_MS, onTimeout: 'fail' } });
  for (let delivered = 0; delivered < 8; delivered += 1) await system.deliverOne();
  const look = async () => {
    const { nodes, hops } = await readActivity(system.worker());
    return { items: nodes.find(({ node }) => node === 'square')?.items, hop: hops[0] };
  };
  const { items, hop } = await look();
  expect(items?.total).toBe(20);
  expect(items?.succeeded).toBeGreaterThan(0);
  expect(items?.inFlight).toBeGreaterThan(0);
  expect(hop).toEqual({ chain: 'squares', from: 'square', to: 'approval', passed: 0, held: 0 });
  await system.deliverAll();
  expect((await look()).hop).toMatchObject({ passed: 1, held: 0 });
});

test('a message that waits for its time is reported apart from one that no worker takes', async () => {
  system.attempt = () => ({ kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 0 });
  await system.start(1);
  const stage = async () => (await readActivity(system.worker())).stages.find(({ queue }) => queue === 'square-small');
  expect(await stage()).toMatchObject({ depth: 1, visible: 1, hidden: 0, oldestVisibleAt: system.clock });
  await system.deliverAll();
  expect(await stage()).toMatchObject({ depth: 1, visible: 0, hidden: 1, oldestVisibleAt: null });
  const { nodes } = await readActivity(system.worker());
  expect(nodes[0]).toMatchObject({ delayed: 1, atWork: 1 });
});

test("a long queue is reported with its workers' capacity, and dead letters are counted", async () => {
  for (let message = 0; message < 50; message += 1) await system.queues.send('square', 'x');
  system.queues.receive('square', { visibilityMs: MINUTE_MS, max: 4 });
  await system.worker().heartbeat.beat('square');
  await system.queues.send('aggregate', 'nonsense');
  await system.deliverOne();
  const { stages } = await readActivity(system.worker());
  const told = (queue: string) => stages.find((stage) => stage.queue === queue);
  // One process takes up to six.
  expect(told('square')).toMatchObject({ depth: 50 - 1, visible: 49 - 6, hidden: 6, deadLetters: 1 });
});

test('a run whose message was sent repeatedly is named with its node, unless the node has ended', async () => {
  await system.start(3);
  // Messages are taken, and nothing is done with them.
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

test('a run of an unknown chain, and a run with an unreadable row, are named', async () => {
  await system.start(3);
  expect((await readActivity(system.worker(0, []))).stuck).toMatchObject([{ runId: 'run', code: 'Unserved' }]);
  await edit(system, { table: 'runs', partitionKey: 'run', rowKey: 'run' }, { epoch: 'x' });
  const { runs, nodes, stuck } = await readActivity(system.worker());
  expect([runs, nodes]).toEqual([0, []]);
  expect(stuck).toMatchObject([{ runId: 'run', code: 'RowUnreadable' }]);
});
