import { createdAtOf, poisonQueueOf } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { StepContext } from '../context/context.ts';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem, squareShards, squares } from '../fixtures/memory-system.fixture.ts';

/** Twelve shards of three items. */
const COUNT = 36;
const sizing = { maxChunkItems: 3, spread: 4, minShardItems: 3, maxShards: 12 };
const nodes = squares.nodes.map((node) => (node.kind === 'map' ? { ...node, sizing } : node));
const chain = { ...squares, nodes };

const sentSchema = z.object({ gen: z.string(), shard: z.number().optional(), note: z.string().optional() });

let system: MemorySystem;
/** What came to the queue of the items. */
let sent: z.infer<typeof sentSchema>[];
beforeEach(async () => {
  system = new MemorySystem([chain]);
  sent = [];
  system.beforeSend = (queue, text) => {
    if (queue.startsWith('square')) sent.push(sentSchema.parse(JSON.parse(text)));
  };
  await system.prepare();
});

async function start(count = COUNT, steps: StepContext = system.worker()) {
  const { run } = await system.startChain(
    chain,
    { numbers: Array.from({ length: count }, (_, index) => index) },
    {},
    steps,
  );
  return run;
}

async function expectComplete(count = COUNT): Promise<void> {
  await runToEnd(system);
  expect([...system.tries.values()]).toEqual(Array.from({ length: count }, () => 1));
}

const earlier = (run: Run) => sent.filter(({ gen }) => gen !== run.generation);

test('I2: a large start wakes its workers while it writes, with messages that permit nothing', async () => {
  const steps = system.worker();
  const shards = squareShards(steps);
  const insertShard = shards.insertShard.bind(shards);
  let delivered = 0;
  // Each message is delivered as soon as it is there, when the run is still Pending.
  shards.insertShard = async (...rows) => {
    while (await system.deliverOne()) delivered += 1;
    return await insertShard(...rows);
  };
  const run = await start(COUNT, steps);
  expect(earlier(run).map(({ shard }) => shard)).toEqual([0, 8]);
  const [first] = earlier(run);
  expect(createdAtOf(first?.gen ?? '')).toBeLessThan(run.createdAt);
  expect(first?.note).toContain('permits nothing');
  expect({ delivered, tried: system.tries.size }).toEqual({ delivered: 2, tried: 0 });
  await expectComplete();
});

test.each(['queue', 'poison queue'])(
  'I2: they change nothing if they come from the %s after the start',
  async (from) => {
    const run = await start();
    expect(earlier(run)).toHaveLength(2);
    if (from === 'poison queue') {
      for (const [message] of [1, 2].map(() => system.queues.receive('square', { visibilityMs: 1_000 }))) {
        if (message === undefined) throw new Error('it is not there');
        await system.queues.send(poisonQueueOf('square'), message.text);
        system.queues.delete('square', message);
      }
    }
    await expectComplete();
    expect(await system.queues.depth(poisonQueueOf('square'))).toBe(0);
    expect((await audit(system)).succeeded).toBe(COUNT);
    for await (const letter of system.worker().store.listDeadLetters('square')) expect(letter).toBeUndefined();
  },
);

test('a start goes on if its workers cannot be woken, and says so', async () => {
  const { beforeSend } = system;
  system.beforeSend = (queue, text) => {
    if (text.includes('permits nothing')) throw new Error('the queue is away');
    beforeSend(queue, text);
  };
  const steps = system.worker();
  const warnings: string[] = [];
  const log = { ...steps.log, warn: (message: string) => warnings.push(message) };
  expect(await start(COUNT, { ...steps, log })).toMatchObject({ status: 'Running' });
  expect(warnings).toEqual(Array.from({ length: 2 }, () => 'the workers could not be woken'));
  await expectComplete();
});

test('a small start wakes nobody: its permits come at once', async () => {
  const run = await start(12);
  expect(earlier(run)).toEqual([]);
  await expectComplete(12);
});
