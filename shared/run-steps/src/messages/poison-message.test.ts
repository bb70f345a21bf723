import { beforeEach, expect, test } from 'vitest';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem, squares } from '../fixtures/memory-system.fixture.ts';

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
    'a message of no known run',
    '{"v":2,"runId":"nobody","gen":"abc","stage":"square","shard":0,"epoch":1,"chunk":0,"tok":"t","attempt":1}',
  ],
])('I6: %s in the work queue becomes a dead letter with a reason, at once', async (_, text) => {
  await system.queues.send('square', text);
  await system.queues.send('square-poison', text);
  await system.deliverAll();
  const letters = await deadLetters('square');
  expect(letters.map(({ sourceQueue }) => sourceQueue).sort()).toEqual(['square', 'square-poison']);
  for (const letter of letters) {
    expect(letter.body).toBe(text);
    expect(letter.reason).toMatch(/not a message|no such run/);
  }
});

test('I6: a poisoned message of an old epoch is kept and sends nothing', async () => {
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

test('I6: a poisoned message that can not be handled is not left to the host, which would skip it: it is sent anew, and handled when that goes again', async () => {
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

test('I6: a poisoned dispatch message of a run that nobody knows is kept for what it is', async () => {
  const text = '{"v":2,"runId":"nobody","gen":"abc","epoch":1,"tok":"t"}';
  await system.queues.send('accept-poison', text);
  await system.deliverAll();
  expect(await deadLetters('accept')).toMatchObject([{ body: text, reason: 'no such run' }]);
});

test('a poisoned dispatch message is kept, and the watchdog dispatches', async () => {
  await system.start(14);
  const [message] = system.queues.receive('accept', { visibilityMs: 0 });
  if (message === undefined) throw new Error('a run of two shards is dispatched by a message');
  system.queues.delete('accept', message);
  await system.queues.send('accept-poison', message.text);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(14));
  expect(await deadLetters('accept')).toHaveLength(1);
});

test('a failed try is tried again after its delay, and the third failure is final with its code', async () => {
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
  expect(system.tries.get(3)).toBe(squares.retry.maxAttempts);
  expect(system.tries.get(4)).toBe(1);
});
