import { beforeEach, expect, test } from 'vitest';
import { servingName } from '../context/serving.ts';
import { audit, pass30Seconds, runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem, SQUARE, squareStage, squares } from '../fixtures/memory-system.fixture.ts';

const SMALL_LANE = 'square-small';
/** As many items as the chain spreads a run over. With one more, its chunks hold several. */
const SMALL = 4;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

test('a small run uses its own queue from its start to its last retry, a larger run never does', async () => {
  const queues = new Set<string>();
  system.beforeSend = (queue) => queues.add(queue);
  await system.start(SMALL);
  await runToEnd(system);
  expect(queues).toEqual(new Set([SMALL_LANE, 'aggregate']));
  queues.clear();
  await system.start(SMALL + 1, { runId: 'larger' });
  await runToEnd(system);
  expect(queues).toEqual(new Set(['square', 'aggregate']));
});

test('a lost message of it is sent again through the same queue, however many older messages wait in the other one', async () => {
  await system.queues.send('square', 'no worker has taken this one yet');
  await system.start(1);
  await system.worker().heartbeat.beat(servingName(squares, SQUARE, SMALL_LANE));
  for (const lost of system.queues.receive(SMALL_LANE, { visibilityMs: 10 ** 9 }))
    system.queues.delete(SMALL_LANE, lost);
  for (let pass = 0; pass < 6; pass += 1) await pass30Seconds(system);
  expect(system.queues.texts(SMALL_LANE)).toHaveLength(1);
  expect(system.queues.texts('square')).toHaveLength(1);
});

test('I2: a message in the wrong lane is worked on as in its own, and does no harm', async () => {
  await system.start(2);
  for (const message of system.queues.receive(SMALL_LANE, { visibilityMs: 10 ** 9, max: 32 })) {
    await system.queues.send('square', message.text);
    await system.queues.send('square-poison', message.text);
    system.queues.delete(SMALL_LANE, message);
  }
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: 2, failed: 0 });
});

test("I2: a poisoned message in the wrong lane is judged by its run's queue", async () => {
  await system.start(1);
  const [text = ''] = system.queues.texts(SMALL_LANE);
  const single = JSON.stringify({ ...JSON.parse(text), items: [0] });
  const delivery = { body: single, messageId: 'forged', dequeueCount: 1, insertedAt: system.clock };
  await system.handle(system.worker(), squareStage, 'poison-queue', single, delivery);
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: 1, failed: 0 });
});
