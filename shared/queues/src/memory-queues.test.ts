import { expect, test } from 'vitest';
import { MemoryQueues } from './memory-queues.ts';
import { delaySeconds } from './message-limits.ts';
import { describeQueues } from './queues.conformance.ts';

describeQueues('in memory', async () => {
  const queues = new MemoryQueues(() => 1_000_000);
  return {
    queues,
    receiver: {
      receive: async (queue, max) =>
        queues.receive(queue, { visibilityMs: 60_000, max }).map(({ text, dequeueCount }) => ({ text, dequeueCount })),
    },
  };
});

test('a message that is not deleted is delivered again, with a higher count and another receipt', async () => {
  let now = 0;
  const queues = new MemoryQueues(() => now);
  await queues.create(['q']);
  await queues.send('q', 'text', 1_500);
  now = 1_999;
  expect(queues.receive('q', { visibilityMs: 10 })).toEqual([]);
  now = 2_000;
  const [first] = queues.receive('q', { visibilityMs: 10 });
  expect(queues.receive('q', { visibilityMs: 10 })).toEqual([]);
  now = 2_010;
  const [second] = queues.receive('q', { visibilityMs: 10 });
  expect([first?.dequeueCount, second?.dequeueCount]).toEqual([1, 2]);
  if (first === undefined || second === undefined) throw new Error('not delivered');
  expect(queues.delete('q', first)).toBe(false);
  expect(queues.texts('q')).toEqual(['text']);
  expect(queues.delete('q', second)).toBe(true);
  expect(queues.texts('q')).toEqual([]);
});

test('the time of the next visible message is known', async () => {
  const queues = new MemoryQueues(() => 0);
  await queues.create(['a', 'b']);
  expect(queues.nextVisibleAt()).toBe(Number.POSITIVE_INFINITY);
  await queues.send('a', 'later', 5_000);
  await queues.send('b', 'sooner', 3_000);
  expect(queues.nextVisibleAt()).toBe(3_000);
  await queues.send('a', 'now');
  expect(queues.nextVisibleAt()).toBe(0);
});

test('a delay is rounded up to whole seconds and limited to a second less than seven days', () => {
  expect([-5, 0, 1, 1_000, 1_001].map((ms) => delaySeconds(ms))).toEqual([0, 0, 1, 1, 2]);
  expect(delaySeconds(8 * 24 * 3_600_000)).toBe(7 * 24 * 3_600 - 1);
});
