import { workMessageSchema } from '@tally/contracts';
import { beforeEach, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { audit, pass30Seconds, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';
import { InvalidTokenError } from '../read/page-token.ts';
import { listDeadLetters } from './list-dead-letters.ts';
import { discardDeadLetter, redriveDeadLetter } from './redrive-dead-letter.ts';

const COUNT = 14;
const KILLER = 4;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

const letters = async () => (await listDeadLetters(system.worker(), { top: 100, token: null })).letters;

async function theLetter(): Promise<string> {
  const [letter] = await letters();
  if (letter === undefined) throw new Error('no dead letter');
  return letter.letterId;
}

const redrive = async (letterId: string) => await redriveDeadLetter(system.worker(), letterId);

/** Why it is refused, or what came of it if it isn't. */
async function refusal(letterId: string): Promise<string> {
  const result = await redrive(letterId);
  return typeof result === 'object' ? result.refused : `not refused: ${result}`;
}

/** Moves the oldest visible message of a queue into its poison queue, as the host does. */
async function poison(queue: string): Promise<void> {
  const [message] = system.queues.receive(queue, { visibilityMs: 600_000 });
  if (message === undefined) throw new Error(`${queue} is empty`);
  system.queues.delete(queue, message);
  await system.queues.send(`${queue}-poison`, message.text);
}

/** The worker of one item dies each time. The item ends as Poisoned, with a letter. */
async function endWithPoisonedItem(): Promise<void> {
  system.attempt = (index) => {
    if (index === KILLER) throw new Crash();
    return { kind: 'succeeded', result: index * index, durationMs: 5 };
  };
  await system.start(COUNT);
  await runToEnd(system);
  expect((await audit(system)).failed).toBe(1);
}

test('an item that is counted as failed is redriven by a rewind, once its run has ended', async () => {
  await endWithPoisonedItem();
  system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 5 });
  system.tries.clear();
  const before = (await letters()).length;
  expect(await redrive(await theLetter())).toBe('rewound');
  expect(await letters()).toHaveLength(before - 1);
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
  expect([...system.tries.keys()]).toEqual([KILLER]);
});

test('I1: while the run is live, a counted item stays as it is', async () => {
  system.attempt = (index) => {
    if (index === 0) throw new Crash();
    return { kind: 'succeeded', result: index * index, durationMs: 5 };
  };
  await system.start(5, { gate: { timeoutMs: 10 ** 9, onTimeout: 'fail' } });
  for (let pass = 0; (await letters()).length === 0 && pass < 400; pass += 1) {
    await system.deliverAll();
    await pass30Seconds(system);
  }
  await system.deliverAll();
  expect(await refusal(await theLetter())).toContain('counted as failed');
  expect((await letters()).length).toBeGreaterThan(0);
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  await runToEnd(system);
  expect(await refusal(await theLetter())).toContain('Terminated');
});

test('an item that has succeeded since needs no redrive', async () => {
  await endWithPoisonedItem();
  const letterId = await theLetter();
  system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 5 });
  await controlRun(system.worker(), 'run', { verb: 'rewind', reason: null });
  await runToEnd(system);
  expect(await refusal(letterId)).toContain('succeeded');
});

test('a dispatch message that was given up is sent again, and the run continues', async () => {
  await system.start(COUNT);
  await poison('intake');
  await system.deliverAll();
  // The first shard needs no dispatch.
  expect(system.tries.has(0)).toBe(true);
  expect(system.tries.size).toBeLessThan(COUNT);
  expect(await redrive(await theLetter())).toBe('sent');
  expect(await letters()).toEqual([]);
  await system.deliverAll();
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
});

test('a work message whose items have no result is sent again while the run keeps its epoch', async () => {
  await system.start(5);
  const [text = ''] = system.queues.texts('square');
  const { runId, gen: generation } = workMessageSchema.parse(JSON.parse(text));
  const keep = async (id: string, body: string, items?: readonly number[]) =>
    await system.worker().store.insertDeadLetter({
      ...{ stage: 'square', at: system.clock, id, sourceQueue: 'square', body, reason: 'by hand', dequeueCount: 1 },
      ...{ runId, generation, items },
    });
  await keep('a', text);
  expect(await redrive(await theLetter())).toBe('sent');
  await keep('b', text.replace('"epoch":1', '"epoch":7'));
  expect(await refusal(await theLetter())).toContain('sent its items again');
  await keep('c', '', [0]);
  await discardDeadLetter(system.worker(), await theLetter());
  expect(await refusal(await theLetter())).toContain('no message');
  await system.deliverAll();
  expect((await audit(system)).sum).toBe(sumOfSquares(5));
});

test("no message of a suspended or ended run is sent again, and a purge removes the run's letters", async () => {
  await system.start(COUNT);
  await poison('intake');
  await system.deliverAll();
  const letterId = await theLetter();
  await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  expect(await refusal(letterId)).toContain('Suspended');
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  await runToEnd(system);
  expect(await refusal(letterId)).toContain('Terminated');
  await purgeRun(system.worker(), 'run');
  expect(await redrive(letterId)).toBe('not-found');
  expect(await letters()).toEqual([]);
});

test('an unreadable message is not sent again; it is discarded, once', async () => {
  await system.queues.send('square', 'noise');
  await system.deliverAll();
  const letterId = await theLetter();
  expect(await refusal(letterId)).toContain('discard');
  expect(await discardDeadLetter(system.worker(), letterId)).toBe('discarded');
  expect(await discardDeadLetter(system.worker(), letterId)).toBe('not-found');
  expect(await redrive(letterId)).toBe('not-found');
  expect(await letters()).toEqual([]);
});

test('an id that names no letter is refused', async () => {
  await expect(redrive('x')).rejects.toThrow(InvalidTokenError);
  await expect(discardDeadLetter(system.worker(), 'x')).rejects.toThrow(InvalidTokenError);
});

test('I2: a redrive that is interrupted before the letter is deleted can be repeated, and the run counts every item once', async () => {
  await system.start(COUNT);
  await poison('intake');
  await system.deliverAll();
  const letterId = await theLetter();
  const victim = system.tables.writes + 1;
  system.tables.beforeWrite = (number) => {
    if (number === victim) throw new Crash();
  };
  await expect(redrive(letterId)).rejects.toThrow(Crash);
  expect(await redrive(letterId)).toBe('sent');
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
});
