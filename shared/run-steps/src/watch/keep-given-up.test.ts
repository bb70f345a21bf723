import { poisonQueueOf } from '@tally/contracts';
import { beforeEach, expect, test } from 'vitest';
import { Crash, MemorySystem, SQUARE, squareStage } from '../fixtures/memory-system.fixture.ts';
import { keepGivenUp } from './keep-given-up.ts';

const queue = poisonQueueOf(squareStage.name);
const LEASE_MS = 600_000;
const { maxDequeueCount } = squareStage.listening;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

/** The host takes a message, and the function dies of it. */
function deliver(times: number): void {
  for (let count = 0; count < times; count += 1) {
    expect(system.queues.receive(queue, { visibilityMs: LEASE_MS })).toHaveLength(1);
    system.clock += LEASE_MS;
  }
}

async function letters() {
  const found = [];
  for await (const letter of system.worker().store.listDeadLetters(SQUARE)) found.push(letter);
  return found;
}
const reason: unknown = expect.stringContaining('in the poison queue too');
const noPause = async () => {};

test('I6: a message that the host gives up in a poison queue too becomes a dead letter, and the queue is empty', async () => {
  await system.queues.send(queue, '[[[[');
  deliver(maxDequeueCount);
  expect(await keepGivenUp(system.worker(), noPause)).toBe(1);
  expect(await letters()).toMatchObject([{ body: '[[[[', sourceQueue: queue, dequeueCount: maxDequeueCount, reason }]);
  expect(system.queues.texts(queue)).toEqual([]);
});

test('a message that the host will deliver again is left alone, and loses no delivery', async () => {
  await system.queues.send(queue, 'again');
  deliver(maxDequeueCount - 1);
  expect(await keepGivenUp(system.worker(), noPause)).toBe(0);
  expect(system.queues.receive(queue, { visibilityMs: LEASE_MS })).toMatchObject([{ dequeueCount: maxDequeueCount }]);
});

test('a message that the host holds is taken in the same pass once it is free', async () => {
  await system.queues.send(queue, 'held');
  deliver(maxDequeueCount);
  system.queues.receive(queue, { visibilityMs: LEASE_MS });
  let pauses = 0;
  const pause = async () => {
    pauses += 1;
    if (pauses === 3) system.clock += LEASE_MS;
  };
  expect(await keepGivenUp(system.worker(), pause)).toBe(1);
});

test('a pass over a queue whose messages the host holds ends after a bounded number of looks', async () => {
  await system.queues.send(queue, 'held');
  system.queues.receive(queue, { visibilityMs: LEASE_MS });
  let pauses = 0;
  expect(
    await keepGivenUp(system.worker(), async () => {
      pauses += 1;
    }),
  ).toBe(0);
  expect(pauses).toBe(79);
});

test('the dead letter of one of our messages names its run', async () => {
  await system.queues.send(queue, JSON.stringify({ v: 1, runId: 'run', gen: 'abc', more: true }));
  deliver(maxDequeueCount);
  await keepGivenUp(system.worker(), noPause);
  expect(await letters()).toMatchObject([{ runId: 'run', generation: 'abc' }]);
});

test('I6: a process that dies at the dead letter has not deleted the message, and the next pass writes the letter', async () => {
  await system.queues.send(queue, 'precious');
  deliver(maxDequeueCount);
  system.tables.beforeWrite = () => {
    throw new Crash();
  };
  await expect(keepGivenUp(system.worker(), noPause)).rejects.toThrow(Crash);
  system.tables.beforeWrite = () => {};
  expect(system.queues.texts(queue)).toEqual(['precious']);
  system.clock += LEASE_MS;
  expect(await keepGivenUp(system.worker(), noPause)).toBe(1);
  expect(await letters()).toMatchObject([{ body: 'precious' }]);
});
