import { beforeEach, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, FIRST_ROUND, MemorySystem, squareShards, squareStage } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function deadLetters(stage: string) {
  const letters = [];
  for await (const letter of system.worker().store.listDeadLetters(stage)) letters.push(letter);
  return letters;
}

test('I6: an item that kills its worker every time ends as Poisoned with a dead letter, and its neighbours succeed', async () => {
  const killer = 4;
  system.attempt = (index) => {
    if (index === killer) throw new Crash();
    return { kind: 'succeeded', result: index * index, durationMs: 5 };
  };
  await system.start(14);
  await runToEnd(system);
  const { run, succeeded, failed } = await audit(system);
  expect(run.status).toBe('Completed');
  expect({ succeeded, failed }).toEqual({ succeeded: 13, failed: 1 });
  const letters = await deadLetters('square');
  expect(letters.length).toBeGreaterThan(0);
  for (const letter of letters) expect(letter).toMatchObject({ runId: 'run', items: [killer] });
});

test.each([
  ['plain text', 'hello'],
  ['JSON of another kind', '{"v":1,"colour":"red"}'],
  ['base64', Buffer.from('{"v":1}').toString('base64')],
  ['noise', 'x'.repeat(40_000)],
  [
    'a message of an unknown run',
    '{"v":3,"runId":"unknown","gen":"abc","stage":"square","shard":0,"epoch":1,"chunk":0,"tok":"t","attempt":1}',
  ],
])('I6: %s in the work queue becomes a dead letter with a reason, at once', async (_, text) => {
  await system.queues.send('square', text);
  await system.queues.send('square-poison', text);
  await system.deliverAll();
  const letters = await deadLetters('square');
  expect(letters.map(({ sourceQueue }) => sourceQueue).sort()).toEqual(['square', 'square-poison']);
  for (const letter of letters) {
    if ('error' in letter) throw letter.error;
    expect(letter.body).toBe(text);
    expect(letter.reason).toMatch(/not a message|no such run/);
  }
});

test('I2: copies of a message that are put into the poison queue fail no item, however many', async () => {
  await system.start(4);
  // One item each: the second poisoned copy is about an item that was sent by itself.
  for (const text of system.queues.texts('square'))
    for (let copy = 0; copy < 5; copy += 1) await system.queues.send('square-poison', text);
  // Before a worker takes any of them.
  while ((await system.queues.headInsertedAt('square-poison')) !== null) await poisonNext();
  expect(system.tries.size).toBe(0);
  await runToEnd(system);
  const { run, succeeded } = await audit(system);
  expect({ status: run.status, succeeded }).toEqual({ status: 'Completed', succeeded: 4 });
  expect(await deadLetters('square')).toEqual([]);
});

test("I2: nor do they, however long the item's own message waits in a backlog", async () => {
  await system.start(4);
  const forge = async () => {
    for (const text of system.queues.texts('square')) await system.queues.send('square-poison', text);
  };
  for (let minute = 0; minute < 60; minute += 1) {
    if (minute % 20 === 0) await forge();
    while ((await system.queues.headInsertedAt('square-poison')) !== null) await poisonNext();
    system.clock += 60_000;
  }
  expect(system.tries.size).toBe(0);
  await runToEnd(system);
  const { run, succeeded } = await audit(system);
  expect({ status: run.status, succeeded }).toEqual({ status: 'Completed', succeeded: 4 });
  expect(await deadLetters('square')).toEqual([]);
});

async function poisonNext(): Promise<void> {
  const [message] = system.queues.receive('square-poison', { visibilityMs: 1_000 });
  if (message === undefined) throw new Error('nothing is poisoned');
  const delivery = { body: message.text, messageId: message.id, dequeueCount: 1, insertedAt: message.insertedAt };
  await system.handle(system.worker(), squareStage, 'poison-queue', message.text, delivery);
  system.queues.delete('square-poison', message);
}

test('I2: nor do they in an empty queue: poisoned copies of all single items count no repair and send nothing', async () => {
  await system.start(5);
  const [text = ''] = system.queues.texts('square');
  await system.queues.send('square-poison', text);
  await poisonNext();
  const before = await ledger();
  const singles = system.queues.texts('square').filter((other) => other.includes('"items":['));
  expect(singles).toHaveLength(2);
  // Workers have taken everything that waited.
  system.clock += 5 * 60_000;
  system.queues.receive('square', { visibilityMs: 10 ** 9, max: 32 });
  const sent = system.queues.texts('square').length;
  for (let hour = 0; hour < 3; hour += 1) {
    system.clock += 3_600_000;
    for (const single of singles) await system.queues.send('square-poison', single);
    for (const _ of singles) await poisonNext();
  }
  expect(await ledger()).toEqual(before);
  expect(system.queues.texts('square')).toHaveLength(sent);
  expect(await deadLetters('square')).toEqual([]);
});

async function ledger() {
  const { store } = system.worker();
  const generation = (await store.readRun('run'))?.value.generation ?? '';
  return (await squareShards(system.worker()).readLedger({ runId: 'run', generation, ...FIRST_ROUND, shard: 0 }))
    ?.value;
}

test('I6: an unreadable message is one dead letter even if it is delivered twice', async () => {
  const delivery = { body: 'noise', messageId: 'm', dequeueCount: 1, insertedAt: system.clock };
  for (const later of [0, 60_000]) {
    system.clock += later;
    await system.handle(system.worker(), squareStage, 'queue', 'noise', delivery);
  }
  expect(await deadLetters('square')).toHaveLength(1);
});

test('a late permit of a purged run leaves no dead letter', async () => {
  await system.start(14);
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  const late = { intake: system.queues.texts('intake'), square: system.queues.texts('square') };
  const generation = (await system.worker().store.readRun('run'))?.value.generation;
  await runToEnd(system);
  await purgeRun(system.worker(), 'run');
  const work = {
    v: 3,
    runId: 'run',
    gen: generation,
    ...FIRST_ROUND,
    shard: 0,
    epoch: 1,
    chunk: 0,
    tok: 't',
    attempt: 1,
  };
  const permits = {
    intake: late.intake,
    square: [...late.square, JSON.stringify(work)],
    aggregate: [JSON.stringify({ v: 3, runId: 'run', gen: generation, ...FIRST_ROUND, shard: 0, epoch: 1, tok: 't' })],
  };
  for (const [queue, texts] of Object.entries(permits))
    for (const text of texts) for (const name of [queue, `${queue}-poison`]) await system.queues.send(name, text);
  await system.deliverAll();
  for (const stage of Object.keys(permits)) expect(await deadLetters(stage)).toEqual([]);
});

test('I6: a poisoned message of an old epoch becomes a dead letter and sends nothing', async () => {
  await system.start(5);
  const [text = ''] = system.queues.texts('square');
  await system.queues.send('square-poison', text.replace('"epoch":1', '"epoch":9'));
  const before = system.queues.texts('square').length;
  for (let count = 0; count < 20 && (await deadLetters('square')).length === 0; count += 1) await system.deliverOne();
  expect(await deadLetters('square')).toMatchObject([{ runId: 'run', reason: 'given up by the host, and old-epoch' }]);
  expect(system.queues.texts('square').length).toBeLessThanOrEqual(before);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(5));
});

test('I6: a poisoned message that cannot be handled is sent again and handled later, since the host would skip it', async () => {
  await system.queues.send('square-poison', 'hello');
  let isDown = true;
  system.tables.beforeWrite = (_, table) => {
    if (isDown && table === 'deadletters') throw new Error('the tables are down');
  };
  for (let minute = 0; minute < 3; minute += 1) {
    await system.deliverAll();
    expect(system.queues.texts('square-poison')).toEqual(['hello']);
    system.clock += 60_000;
  }
  isDown = false;
  await system.deliverAll();
  expect(system.queues.texts('square-poison')).toEqual([]);
  expect(await deadLetters('square')).toMatchObject([{ body: 'hello', dequeueCount: 1 }]);
});

test('I6: a poisoned dispatch message of an unknown run becomes a dead letter as it is', async () => {
  const text = '{"v":3,"runId":"unknown","gen":"abc","node":"square","since":1,"epoch":1,"tok":"t"}';
  await system.queues.send('intake-poison', text);
  await system.deliverAll();
  expect(await deadLetters('intake')).toMatchObject([{ body: text, reason: 'no such run' }]);
});

test('a poisoned dispatch message becomes a dead letter, and the watchdog dispatches', async () => {
  await system.start(14);
  const [message] = system.queues.receive('intake', { visibilityMs: 0 });
  if (message === undefined) throw new Error('a run of two shards is dispatched by a message');
  system.queues.delete('intake', message);
  await system.queues.send('intake-poison', message.text);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(14));
  expect(await deadLetters('intake')).toHaveLength(1);
});

test('a failed try is repeated after its delay, and the third failure is final with its code', async () => {
  system.attempt = (index, attempt) => {
    if (index === 2 && attempt === 1)
      return { kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 7_000 };
    if (index === 3)
      return { kind: 'retry', error: { code: 'Down', message: 'not there' }, durationMs: 1, retryAfterMs: 0 };
    if (index === 4) return { kind: 'failed', error: { code: 'Odd', message: 'is odd' }, durationMs: 1 };
    return { kind: 'succeeded', result: index * index, durationMs: 1 };
  };
  await system.start(5);
  await system.deliverAll();
  expect(system.tries.get(2)).toBe(1);
  await runToEnd(system);
  const { run, succeeded, failed } = await audit(system);
  expect({ status: run.status, succeeded, failed }).toEqual({ status: 'Completed', succeeded: 3, failed: 2 });
  expect(system.tries.get(2)).toBe(2);
  expect(system.tries.get(3)).toBe(3);
  expect(system.tries.get(4)).toBe(1);
});
