import { expect, test } from 'vitest';
import { audit, runToEnd } from '../fixtures/audit.fixture.ts';
import { Crash, MemorySystem, SQUARE, squareStage } from '../fixtures/memory-system.fixture.ts';

const LEASE_MS = 600_000;

/** A run of six numbers in one shard, whose deliveries may go on, and its work messages. */
async function started(window: number): Promise<{ system: MemorySystem; sent: string[] }> {
  const system = new MemorySystem();
  system.goOnMs = 20_000;
  await system.prepare();
  const sent: string[] = [];
  system.beforeSend = (queue, text) => {
    if (queue === SQUARE) sent.push(text);
  };
  await system.start(6, { options: { tolerance: {}, window } });
  return { system, sent };
}

async function deliver(system: MemorySystem, steps = system.worker()): Promise<boolean> {
  const [message] = system.queues.receive(SQUARE, { visibilityMs: LEASE_MS });
  if (message === undefined) return false;
  await system.deliver(steps, squareStage, 'queue', message);
  return true;
}

async function expectAllOnce(system: MemorySystem): Promise<void> {
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: 6, failed: 0 });
}

test('I3: a delivery continues with the claims of its own commits, and every item is tried once', async () => {
  for (const window of [1, 2, 3, 5]) {
    const { system, sent } = await started(window);
    const { length: first } = sent;
    while (await deliver(system));
    expect(system.tries.size).toBe(6);
    expect(sent.length, `window ${window}`).toBe(first);
    await expectAllOnce(system);
    expect([...system.tries.values()]).toEqual(Array(6).fill(1));
  }
});

test('a delivery continues only for a while: later claims are sent', async () => {
  // Two claims of two items.
  const { system, sent } = await started(4);
  system.attempt = (index) => {
    system.clock += 12_000;
    return { kind: 'succeeded', result: index * index, durationMs: 12_000 };
  };
  await deliver(system);
  expect(system.tries.size).toBe(2);
  expect(sent.length).toBe(3);
  await expectAllOnce(system);
});

test('a run that may have only one claim out continues for the whole delivery', async () => {
  const { system, sent } = await started(1);
  system.attempt = (index) => {
    system.clock += 10_000;
    return { kind: 'succeeded', result: index * index, durationMs: 10_000 };
  };
  const before = sent.length;
  await deliver(system);
  expect(system.tries.size).toBeGreaterThan(3);
  expect(sent.length).toBe(before);
  await expectAllOnce(system);
});

test('I4: if such a delivery dies, the next delivery of its message sends its claims, and no done item is tried again', async () => {
  const { system, sent } = await started(1);
  system.attempt = (index, attempt) => {
    if (index === 2 && attempt === 1) throw new Crash();
    return { kind: 'succeeded', result: index * index, durationMs: 1 };
  };
  const before = sent.length;
  await deliver(system);
  expect([...system.tries]).toEqual([0, 1, 2].map((index) => [index, 1]));
  system.clock += LEASE_MS + 1;
  await deliver(system);
  // The delivery that found its work recorded has tried nothing. A message that is delivered again must not
  // affect what comes after it.
  expect(system.tries.size).toBe(3);
  expect(sent.length).toBe(before + 1);
  await expectAllOnce(system);
  expect(system.tries.get(0)).toBe(1);
});

test('a run that may have only one claim out has its next row read during the call before, and each row once', async () => {
  const { system } = await started(1);
  const reads = () => system.tables.requests.filter((line) => /^get chunks .*chunk:/.test(line));
  const known: number[] = [];
  system.attempt = (index) => {
    known.push(reads().length);
    return { kind: 'succeeded', result: index * index, durationMs: 1 };
  };
  await deliver(system);
  // A row holds two items. The second one's call is the last before the next row is due.
  expect(known).toEqual([1, 2, 2, 3, 3, 3]);
  expect(new Set(reads()).size).toBe(3);
  await expectAllOnce(system);
});

test('I8: a row that has changed since it was read ahead is read again before it is written', async () => {
  const { system } = await started(1);
  const changing: Promise<unknown>[] = [];
  system.attempt = (index) => {
    if (index === 1) changing.push(touchLastRead(system));
    return { kind: 'succeeded', result: index * index, durationMs: 1 };
  };
  await deliver(system);
  await Promise.all(changing);
  expect(changing.length).toBe(1);
  const writes = system.tables.requests.filter((line) => /^write chunks .*chunk:0+1/.test(line));
  // The start, the change, the commit that was refused, and those of the two items.
  expect(writes.length).toBe(5);
  await expectAllOnce(system);
  expect([...system.tries.values()]).toEqual(Array(6).fill(1));
});

/** Gives the chunk's row that was read last another version. */
async function touchLastRead({ tables }: MemorySystem): Promise<void> {
  const line = tables.requests.findLast((request) => /^get chunks .*chunk:/.test(request)) ?? '';
  const [, partitionKey = '', rowKey = ''] = /^get chunks (.*)\/(.*)$/.exec(line) ?? [];
  const row = await tables.get('chunks', partitionKey, rowKey);
  if (row === null) throw new Error('no row was read');
  await tables.write('chunks', [{ kind: 'replace', row, etag: row.etag }]);
}
