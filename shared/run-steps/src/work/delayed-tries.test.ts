import { defineChain } from '@tally/chain';
import { taskMessageSchema } from '@tally/contracts';
import type { TaskTry } from '@tally/run-state';
import { beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { watchRuns } from '../watch/watch-runs.ts';

const HOUR_MS = 3_600_000;
/** Longer than a queue can hide a message. */
const DELAY_MS = 240 * HOUR_MS;
const QUEUE = 'slow-poll';

/** Polls a slow service, then rests. */
const slow = defineChain({ name: 'slow', version: 1, app: 'slow', input: z.null() })
  .task('poll', { result: z.null() })
  .sleep('rest', { after: ['poll'], for: '10d' })
  .output(() => null).definition;

let system: MemorySystem;
/** How long after the start the task was tried. */
let triedAfter: number[];
let start: number;
/** The outcomes of the tries, in order. */
let tries: TaskTry[];
beforeEach(async () => {
  system = new MemorySystem([slow]);
  await system.prepare();
  start = system.clock;
  triedAfter = [];
  system.perform = () => {
    triedAfter.push(system.clock - start);
    return tries.shift() ?? { kind: 'succeeded', result: null };
  };
});

const error = { code: 'Busy', message: 'later' };

async function startRun(first: TaskTry): Promise<void> {
  tries = [first];
  await system.startChain(slow, null);
  await system.deliverAll();
}

/**
 * Hours pass up to an instant. Messages come up at their own times, with a pass of the watchdog each time.
 */
async function passUntil(at: number): Promise<void> {
  while (system.clock < at) {
    const next = system.queues.nextVisibleAt();
    system.clock = Math.min(at, system.clock + HOUR_MS, next > system.clock ? next : Number.POSITIVE_INFINITY);
    await system.deliverAll();
    await watchRuns(system.worker());
  }
}

async function state(node: string) {
  return (await system.worker().store.readRun('run'))?.value.nodes[node]?.state;
}

test.each<[string, TaskTry]>([
  ['a call again', { kind: 'again', afterMs: DELAY_MS }],
  ['another try', { kind: 'retry', error, retryAfterMs: DELAY_MS }],
])('R10: %s in ten days, longer than a queue hides a message, comes on time and once', async (_, first) => {
  await startRun(first);
  expect(system.queues.messages(QUEUE).map(({ visibleAt }) => visibleAt < start + DELAY_MS)).toEqual([true]);
  await passUntil(start + DELAY_MS + HOUR_MS);
  expect(triedAfter).toEqual([0, DELAY_MS]);
  expect(await state('poll')).toBe('ended');
});

test('R10: the remaining ten days are over on time, not earlier', async () => {
  await startRun({ kind: 'succeeded', result: null });
  await passUntil(start + DELAY_MS - 1);
  expect(await state('rest')).toBe('waiting');
  await passUntil(start + DELAY_MS + 60_000);
  expect((await system.worker().store.readRun('run'))?.value.status).toBe('Completed');
});

/**
 * Starts a run and puts the message of a try that is due in a minute into the queue once more, visible at
 * once.
 */
async function forgeEarly(change: object = {}): Promise<void> {
  await startRun({ kind: 'retry', error, retryAfterMs: 60_000 });
  const [text = ''] = system.queues.texts(QUEUE);
  const message = taskMessageSchema.parse(JSON.parse(text));
  expect(message.attempt).toBe(2);
  await system.queues.send(QUEUE, JSON.stringify({ ...message, ...change }));
}

test('I2: a message that comes before its try is due is put back until then: no try is used, and none comes early', async () => {
  await forgeEarly();
  system.clock += 10_000;
  await system.deliverAll();
  expect(triedAfter).toEqual([0]);
  const due = start + 60_000;
  expect(system.queues.messages(QUEUE).map(({ visibleAt }) => visibleAt)).toEqual([due, due]);
  await passUntil(due);
  expect(triedAfter).toEqual([0, 60_000]);
});

test('a message that is early by no more than rounding and clock differences is tried', async () => {
  await forgeEarly();
  system.clock += 55_000 - 1;
  await system.deliverAll();
  expect(triedAfter).toEqual([0]);
  system.clock = start + 55_000;
  await system.queues.send(QUEUE, system.queues.texts(QUEUE)[0] ?? '');
  await system.deliverAll();
  expect(triedAfter).toEqual([0, 55_000]);
});

test('R8: a try that is put back for a month does not count as unknown for that time', async () => {
  await forgeEarly({ heldSince: start });
  await system.deliverAll();
  for (const text of system.queues.texts(QUEUE)) expect(JSON.parse(text)).not.toHaveProperty('heldSince');
});
