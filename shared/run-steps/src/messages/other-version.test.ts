import { poisonQueueOf, workMessageSchema } from '@tally/contracts';
import { TABLES } from '@tally/run-store';
import { beforeEach, expect, test } from 'vitest';
import { edit } from '../fixtures/broken-rows.fixture.ts';
import { FIRST_ROUND, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeDue } from '../purge/purge-due.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

let system: MemorySystem;
let head: { readonly v: number; readonly runId: string; readonly gen: string };
let since: number;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
  await system.start(1);
  const run = (await system.worker().store.readRun('run'))?.value;
  if (run === undefined) throw new Error('no run');
  head = { v: 2, runId: 'run', gen: run.generation };
  since = run.updatedAt;
  // The message that the start sent is not a subject of these tests.
  for (const message of system.queues.receive('square', { visibilityMs: 1 })) system.queues.delete('square', message);
});

/** The run's row becomes one that another version of Tally wrote. */
async function writtenBy(version: number, cells: Record<string, string> = {}): Promise<void> {
  await edit(system, { table: TABLES.runs, partitionKey: 'run', rowKey: 'run' }, { v: version, ...cells });
}

async function letters() {
  const found = [];
  for (const stage of ['intake', 'square', 'aggregate'])
    for await (const letter of system.worker().store.listDeadLetters(stage)) found.push(letter);
  return found;
}

/** Messages as the version before nodes sent them. Its schemas are strict, so no word may be added. */
const former: [string, string, object][] = [
  ['work', 'square', { stage: 'square', shard: 0, epoch: 1, chunk: 0, tok: 't', attempt: 1, note: 'one item' }],
  [
    'work in the poison queue',
    'square-poison',
    { stage: 'square', shard: 0, epoch: 1, chunk: 0, tok: 't', attempt: 1 },
  ],
  ['dispatch', 'intake', { epoch: 1, tok: 't', shards: [0] }],
  ['count', 'aggregate', { stage: 'square', shard: 0, epoch: 1 }],
  ['event', 'aggregate', { event: 'Approval' }],
];

test.each(former)(
  "R9: a %s message of the previous version, of a run in that version's rows, is put back unchanged for a minute, for seven days",
  async (_, queue, message) => {
    await writtenBy(1);
    const text = JSON.stringify({ ...head, ...message });
    await system.queues.send(queue, text);
    for (const at of [since, since + MINUTE_MS, since + WEEK_MS - MINUTE_MS]) {
      system.clock = at;
      await system.deliverAll();
      expect(system.queues.messages(queue)).toMatchObject([{ text, visibleAt: at + MINUTE_MS, dequeueCount: 0 }]);
    }
    expect([system.tries.size, await letters()]).toEqual([0, []]);
    system.clock = since + WEEK_MS;
    await system.deliverAll();
    expect(system.queues.texts(queue)).toEqual([]);
    expect(await letters()).toMatchObject([
      {
        sourceQueue: queue,
        runId: 'run',
        body: text,
        reason: 'unknown-chain: this app does not know the rows of its run, which another version of Tally has written',
      },
    ]);
  },
);

test('R9: so is a message of a later version whose run this version cannot read', async () => {
  await writtenBy(3);
  const text = JSON.stringify({ ...head, v: 4, anything: 'new' });
  await system.queues.send('square', text);
  await system.deliverAll();
  expect(system.queues.messages('square')).toMatchObject([{ text, visibleAt: system.clock + MINUTE_MS }]);
});

test('R9: a message of this version for a run in other rows waits as well: none of its deliveries fails', async () => {
  await writtenBy(3);
  const message = { ...head, v: 3, ...FIRST_ROUND, shard: 0, epoch: 1, chunk: 0, tok: 't', attempt: 1 };
  await system.queues.send('square', JSON.stringify(message));
  await system.deliverAll();
  const held = system.queues.messages('square');
  expect(held).toMatchObject([{ dequeueCount: 0 }]);
  expect(workMessageSchema.parse(JSON.parse(held[0]?.text ?? ''))).toEqual({ ...message, heldSince: system.clock });
});

test('R9: a dead letter of a run in other rows adds no row to that run, and is retired in its time', async () => {
  await writtenBy(1);
  system.clock = since + WEEK_MS;
  await system.queues.send('square', JSON.stringify(head));
  await system.deliverAll();
  expect(await letters()).toHaveLength(1);
  for await (const { rowKey } of system.tables.list(TABLES.runs, { partitionKey: 'run' }))
    expect(rowKey).not.toMatch(/^letter:/);
  system.clock += 2 * WEEK_MS;
  await purgeDue(system.worker(), { retentionMs: WEEK_MS });
  expect(await letters()).toEqual([]);
});

test.each([
  ['of a run that has ended', { status: 'Completed' }, {}],
  ['of another generation of its run', {}, { gen: 'abc' }],
])('R9: a message of the previous version %s is late, and dropped', async (_, cells, change) => {
  await writtenBy(1, cells);
  await system.queues.send('square', JSON.stringify({ ...head, ...change }));
  await system.deliverAll();
  expect([system.queues.texts('square'), await letters()]).toEqual([[], []]);
});

test.each([
  ['of a run that this version can read', {}],
  ['of a run that is not there', { runId: 'unknown' }],
])(
  'I2: a message of the previous version %s is a dead letter at once: the watchdog sends open work',
  async (_, change) => {
    const text = JSON.stringify({ ...head, ...change });
    for (const queue of ['square', poisonQueueOf('square')]) await system.queues.send(queue, text);
    await system.deliverAll();
    expect(system.queues.texts('square')).toEqual([]);
    expect(await letters()).toMatchObject([
      { body: text, reason: 'not a message of this queue' },
      { body: text, reason: 'not a message of this queue' },
    ]);
  },
);

test('I6: a message that only resembles another version is a dead letter at once', async () => {
  await writtenBy(1);
  for (const v of [0, 1.5, '2', null, 3]) await system.queues.send('square', JSON.stringify({ ...head, v }));
  await system.deliverAll();
  expect(system.queues.texts('square')).toEqual([]);
  expect(await letters()).toHaveLength(5);
});
