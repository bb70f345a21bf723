import { workMessageSchema } from '@tally/contracts';
import { beforeEach, expect, test } from 'vitest';
import { audit, runToEnd, sumOfSquares } from '../fixtures/audit.fixture.ts';
import { FIRST_ROUND, MemorySystem } from '../fixtures/memory-system.fixture.ts';

const COUNT = 14;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function letters(stage: string) {
  const found = [];
  for await (const letter of system.worker().store.listDeadLetters(stage)) found.push(letter);
  return found;
}

/** Starts a run of two shards. @returns the properties of its first work message */
async function startedWork(): Promise<Record<string, unknown>> {
  await system.start(COUNT);
  await system.deliverOne();
  const [text = ''] = system.queues.texts('square');
  return { ...workMessageSchema.parse(JSON.parse(text)) };
}

/** Puts a message into the work queue and lets the run end, which it must do as if nothing had been put. */
async function putAndFinish(message: Record<string, unknown>): Promise<void> {
  await system.queues.send('square', JSON.stringify(message));
  await runToEnd(system);
  expect((await audit(system)).run).toMatchObject({
    status: 'Completed',
    output: { sum: sumOfSquares(COUNT), succeeded: COUNT, failed: 0 },
  });
}

test('I2: a message of a started run points at its chunk and carries no item', async () => {
  const { note, tok: _tok, gen: _gen, ...message } = await startedWork();
  expect(message).toEqual({
    ...{ v: 3, runId: 'run', ...FIRST_ROUND, shard: 0, epoch: 1, chunk: 0, attempt: 1 },
  });
  expect(note).toBe('3 items from number 0: 0');
});

test('a run of one shard notes the first item of each chunk, which its start knows', async () => {
  await system.start(5);
  const notes = system.queues.texts('square').map((text) => workMessageSchema.parse(JSON.parse(text)).note);
  expect(notes).toEqual(['2 items from number 0: 0', '2 items from number 2: 2', 'item 4: 4']);
});

test.each([
  ['an ETag for every version', { etag: '*' }],
  ['items of its own', { items: [{ index: 0, number: 100 }] }],
  ['a stage', { stage: 'square' }],
  ['an item twice', { items: [0, 0] }],
])('I2: a copy of a message with %s is a dead letter, and counts nothing', async (_, change) => {
  await putAndFinish({ ...(await startedWork()), ...change });
  expect(await letters('square')).toMatchObject([{ reason: 'not a message of this queue' }]);
});

test.each([
  ['a shard', { shard: 77 }, 'its run has no chunk 0 in a shard 77'],
  ['a chunk', { chunk: 1_000_000 }, 'its run has no chunk 1000000 in a shard 0'],
  ['an item', { items: [0, 13] }, 'item 13 does not belong to chunk 0 of shard 0'],
])(
  'I2: a message that names %s which its run or chunk does not have is a dead letter with that reason',
  async (_, change, reason) => {
    const message = await startedWork();
    await system.queues.send('square-poison', JSON.stringify({ ...message, ...change }));
    await putAndFinish({ ...message, ...change });
    expect(await letters('square')).toMatchObject([
      { reason, runId: 'run' },
      { reason, runId: 'run' },
    ]);
  },
);

test('I2: a dispatch or aggregate message for a shard that its run does not have is a dead letter with that reason', async () => {
  const { gen } = await startedWork();
  const head = { v: 3, runId: 'run', gen, ...FIRST_ROUND, epoch: 1, tok: 'forged' };
  await system.queues.send('intake', JSON.stringify({ ...head, shards: [0, 9] }));
  await system.queues.send('aggregate', JSON.stringify({ ...head, shard: 9 }));
  await runToEnd(system);
  expect((await audit(system)).sum).toBe(sumOfSquares(COUNT));
  const reason = 'its run has 3 shards, and no shard 9';
  expect(await letters('intake')).toMatchObject([{ reason }]);
  expect(await letters('aggregate')).toMatchObject([{ reason }]);
});

test('I2: whatever try a message claims to permit, an item gets all its tries before it fails', async () => {
  system.attempt = (index, attempt) =>
    index === 1 && attempt < 3
      ? { kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 0 }
      : { kind: 'succeeded', result: index * index, durationMs: 1 };
  await putAndFinish({ ...(await startedWork()), tok: 'forged', attempt: Number.MAX_SAFE_INTEGER });
  expect(system.tries.get(1)).toBe(3);
});

test('I3: a message for an unclaimed chunk records results, and leaves the rest to the owner of its claim', async () => {
  system.attempt = (index, attempt) =>
    index === 5 && attempt === 1
      ? { kind: 'retry', error: { code: 'Busy', message: 'later' }, durationMs: 1, retryAfterMs: 0 }
      : { kind: 'succeeded', result: index * index, durationMs: 1 };
  const message = await startedWork();
  await putAndFinish({ ...message, tok: 'forged', chunk: 1 });
});
