import { poisonQueueOf } from '@tally/contracts';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { stagesOf } from '../context/registry.ts';
import { squares } from '../fixtures/memory-system.fixture.ts';
import { PlantSystem, plant } from '../fixtures/plant.fixture.ts';
import { readRun } from '../fixtures/plant-audit.fixture.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
const KNOWN = [plant, squares];

/** A kind of message, and how it gets into its queue. */
interface Kind {
  readonly queue: string;
  readonly chain: string;
  readonly lay: (system: PlantSystem) => Promise<unknown>;
}

const task: Kind = {
  queue: 'plant-save',
  chain: 'plant@3',
  lay: (system) => system.startChain(plant, { n: 1 }),
};
const work: Kind = { queue: 'square-small', chain: 'squares@7', lay: (system) => system.start(1) };
/** Of more than one shard, so that a message dispatches them. */
const dispatch: Kind = { queue: 'intake', chain: 'squares@7', lay: (system) => system.start(14) };
const counting: Kind = {
  queue: 'aggregate',
  chain: 'squares@7',
  lay: async (system) => {
    await system.start(1);
    await deliver(system, 'square-small', KNOWN);
  },
};
const look: Kind = {
  queue: 'aggregate',
  chain: 'plant@3',
  lay: async (system) => {
    await system.startChain(plant, { n: 1 });
    const { generation } = await readRun(system);
    await system.queues.send('aggregate', JSON.stringify({ v: 3, runId: 'run', gen: generation, tok: 'by-hand' }));
  },
};
const kinds: [string, Kind][] = [
  ['for a try at a task', task],
  ['for work on a chunk', work],
  ['to dispatch', dispatch],
  ['to count a shard', counting],
  ['to look at a run', look],
];

async function laid({ lay, queue }: Kind) {
  const system = new PlantSystem(KNOWN);
  await system.prepare();
  await lay(system);
  const [text = ''] = system.queues.texts(queue);
  return { system, text };
}

/** Delivers the visible message of a queue, or of a poison queue, to a process that knows these chains. */
async function deliver(system: PlantSystem, queue: string, chains: typeof KNOWN): Promise<void> {
  const stage = stagesOf({ chains: KNOWN }).find(({ name }) => queue === name || queue === poisonQueueOf(name));
  const [message] = system.queues.receive(queue, { visibilityMs: 600_000 });
  if (stage === undefined || message === undefined) throw new Error(`nothing to deliver from ${queue}`);
  await system.deliver(system.worker(0, chains), stage, queue === stage.name ? 'queue' : 'poison-queue', message);
}

async function lettersOf(system: PlantSystem) {
  const letters = [];
  for (const { name } of stagesOf({ chains: KNOWN }))
    for await (const letter of system.worker().store.listDeadLetters(name)) letters.push(letter);
  return letters;
}

function propertiesOf(text: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

/** The queue holds one message, hidden for a minute and unchanged except for since when it waits. */
function expectHeld(system: PlantSystem, queue: string, text: string, heldSince: number): void {
  const held = system.queues.messages(queue);
  expect(held.map(({ visibleAt }) => visibleAt)).toEqual([system.clock + MINUTE_MS]);
  expect(propertiesOf(held[0]?.text ?? '')).toEqual({ ...propertiesOf(text), heldSince });
}

test.each(kinds)(
  'R8: a message %s of an unknown chain is put back for a minute each time, uses no try, and is taken by an app that knows the chain',
  async (_, kind) => {
    const { system, text } = await laid(kind);
    const { clock: since } = system;
    const tries = system.tries.size;
    for (let minute = 0; minute < 3; minute += 1) {
      await deliver(system, kind.queue, []);
      expectHeld(system, kind.queue, text, since);
      system.clock += MINUTE_MS;
    }
    expect([system.calls.size, system.tries.size]).toEqual([0, tries]);
    expect((await readRun(system)).status).toBe('Running');
    expect(await lettersOf(system)).toEqual([]);
    await deliver(system, kind.queue, KNOWN);
    expect(system.queues.texts(kind.queue)).toEqual([]);
    expect(await lettersOf(system)).toEqual([]);
  },
);

test.each(kinds)(
  'R8: a message %s whose chain stays unknown for seven days becomes a dead letter with its original text, not earlier',
  async (_, kind) => {
    const { system, text } = await laid(kind);
    const { clock: since } = system;
    await deliver(system, kind.queue, []);
    system.clock = since + WEEK_MS - MINUTE_MS;
    await deliver(system, kind.queue, []);
    expectHeld(system, kind.queue, text, since);
    system.clock = since + WEEK_MS;
    await deliver(system, kind.queue, []);
    expect(system.queues.texts(kind.queue)).toEqual([]);
    const reason = `unknown-chain: this app does not know ${kind.chain}`;
    expect(await lettersOf(system)).toMatchObject([{ stage: kind.queue, runId: 'run', body: text, reason }]);
  },
);

test.each([
  ['a task', task],
  ['a chunk', work],
])(
  'R8: a poisoned message %s waits in its poison queue, and fails nothing before its chain is known',
  async (_, kind) => {
    const { system, text } = await laid(kind);
    const poison = poisonQueueOf(kind.queue);
    await system.queues.send(poison, text);
    await deliver(system, poison, []);
    expectHeld(system, poison, text, system.clock);
    expect((await readRun(system)).status).toBe('Running');
    expect(await lettersOf(system)).toEqual([]);
  },
);

test('R8: an unknown version of a known chain counts as unknown', async () => {
  const { system, text } = await laid(task);
  await deliver(system, task.queue, [{ ...plant, version: 4 }]);
  expectHeld(system, task.queue, text, system.clock);
});

test('R8: a message that claims to wait since tomorrow does not wait longer', async () => {
  const { system, text } = await laid(task);
  const heldSince = system.clock + 86_400_000;
  await system.queues.send('plant-left', JSON.stringify({ ...propertiesOf(text), heldSince }));
  await deliver(system, 'plant-left', []);
  expectHeld(system, 'plant-left', text, system.clock);
});
