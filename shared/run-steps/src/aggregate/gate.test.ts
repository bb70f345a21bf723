import { beforeEach, describe, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { raiseEvent } from '../control/raise-event.ts';
import { listDeadLetters } from '../dead-letters/list-dead-letters.ts';
import { audit, pass30Seconds, runToEnd } from '../fixtures/audit.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';

const TIMEOUT_MS = 600_000;
const COUNT = 5;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function startGated(onTimeout: 'fail' | 'complete' = 'fail'): Promise<void> {
  await system.start(COUNT, { gate: { timeoutMs: TIMEOUT_MS, onTimeout } });
}

async function approve(value: boolean | string | { approved: boolean; reason?: string } = true) {
  return await raiseEvent(system.worker(), 'run', 'Approval', value);
}

async function read() {
  const row = await system.worker().store.readRun('run');
  if (row === null) throw new Error('the run is gone');
  return row.value;
}

async function historyTypes(): Promise<string[]> {
  return (await system.worker().store.readHistory('run')).map(({ type }) => type);
}

/** Runs until every shard is counted and the gate is open. */
async function startWaiting(onTimeout?: 'fail' | 'complete'): Promise<void> {
  await startGated(onTimeout);
  await system.deliverAll();
  expect(await read()).toMatchObject({ status: 'Running', nodes: { approval: { state: 'waiting' } } });
}

describe('a gate is passed by an event', () => {
  test('that comes while the gate waits', async () => {
    await startWaiting();
    system.clock += 1_000;
    expect(await approve()).toBe('accepted');
    await system.deliverAll();
    expect((await audit(system)).run.status).toBe('Completed');
    expect(await historyTypes()).toEqual([
      'Started',
      'Running',
      'ShardCounted',
      'NodesMoved',
      'EventRaised',
      'NodesMoved',
      'Completed',
    ]);
  });

  test('that came before any item was done', async () => {
    await startGated();
    expect(await approve({ approved: true })).toBe('accepted');
    await system.deliverAll();
    expect((await audit(system)).run.status).toBe('Completed');
  });

  test('that comes during the write that opens the gate', async () => {
    await startGated();
    let raising: Promise<unknown> | undefined;
    system.tables.beforeWrite = (_number, _table, writes) => {
      const opens = writes.some((write) => 'row' in write && write.row.cells['nodes']?.toString().includes('waiting'));
      if (opens) raising ??= approve();
    };
    await system.deliverAll();
    expect(await raising).toBe('accepted');
    await system.deliverAll();
    expect((await audit(system)).run.status).toBe('Completed');
  });

  test('that came while the run was suspended, after the resume', async () => {
    await startWaiting();
    await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
    expect(await approve()).toBe('accepted');
    await system.deliverAll();
    expect((await read()).status).toBe('Suspended');
    await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
    await system.deliverAll();
    expect((await audit(system)).run.status).toBe('Completed');
  });

  test('I2: whose message is lost: the watchdog takes it up', async () => {
    await startWaiting();
    await approve();
    system.queues.receive('aggregate', { visibilityMs: 10 ** 9, max: 32 });
    system.clock += 60_000;
    await pass30Seconds(system);
    expect((await audit(system)).run.status).toBe('Completed');
  });
});

test('the first event of a name decides: a second one is too late and changes nothing', async () => {
  await startWaiting();
  expect(await approve({ approved: false, reason: 'too sad' })).toBe('accepted');
  expect(await approve(true)).toBe('ended');
  await system.deliverAll();
  expect((await audit(system)).run).toMatchObject({
    status: 'Failed',
    error: { code: 'Rejected', message: 'too sad' },
  });
  expect((await historyTypes()).filter((type) => type === 'EventRaised')).toHaveLength(1);
});

test('the same event twice at once ends the run once', async () => {
  await startWaiting();
  expect(await Promise.all([approve(), approve()])).toEqual(['accepted', 'ended']);
  await system.deliverAll();
  expect((await audit(system)).run.status).toBe('Completed');
  expect((await historyTypes()).filter((type) => type === 'Completed')).toHaveLength(1);
});

test('an event whose body says neither yes nor no is refused, and the run keeps waiting', async () => {
  await startWaiting();
  expect(await approve('maybe')).toHaveProperty('misfit');
  await system.deliverAll();
  expect((await read()).status).toBe('Running');
  expect(await historyTypes()).not.toContain('EventRaised');
});

test('an event of another name is stored and opens no gate', async () => {
  await startWaiting();
  expect(await raiseEvent(system.worker(), 'run', 'Other', { some: ['thing'] })).toBe('accepted');
  await system.deliverAll();
  await pass30Seconds(system);
  expect((await read()).status).toBe('Running');
  const raised = (await system.worker().store.readHistory('run')).find(({ type }) => type === 'EventRaised');
  expect(raised?.detail).toEqual({ name: 'Other', input: { some: ['thing'] } });
});

test('an event that is too late, or for an unknown run, is refused and not stored', async () => {
  await startWaiting('complete');
  system.clock += TIMEOUT_MS;
  await system.deliverAll();
  expect((await audit(system)).run.status).toBe('Completed');
  expect(await approve()).toBe('ended');
  expect(await raiseEvent(system.worker(), 'unknown', 'Approval', true)).toBe('not-found');
  expect(await historyTypes()).not.toContain('EventRaised');
});

describe('a gate without an answer', () => {
  test.each([
    ['fail', { status: 'Failed', error: { code: 'GateTimeout' } }],
    ['complete', { status: 'Completed' }],
  ] as const)('ends at its time-out: %s', async (onTimeout, ended) => {
    await startWaiting(onTimeout);
    system.clock += TIMEOUT_MS - 1_000;
    await system.deliverAll();
    expect((await read()).status).toBe('Running');
    system.clock += 1_000;
    await system.deliverAll();
    expect((await audit(system)).run).toMatchObject(ended);
  });

  test('I2: ends also if the message of the time-out is lost', async () => {
    await startWaiting();
    system.clock += TIMEOUT_MS;
    system.queues.receive('aggregate', { visibilityMs: 10 ** 9, max: 32 });
    await pass30Seconds(system);
    await system.deliverAll();
    expect((await audit(system)).run).toMatchObject({ status: 'Failed', error: { code: 'GateTimeout' } });
  });

  test('waits in absolute time: after a time-out while suspended, the resume ends the run', async () => {
    await startWaiting();
    await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
    system.clock += TIMEOUT_MS;
    await system.deliverAll();
    await pass30Seconds(system);
    expect((await read()).status).toBe('Suspended');
    await controlRun(system.worker(), 'run', { verb: 'resume', reason: null });
    await system.deliverAll();
    expect((await audit(system)).run).toMatchObject({ status: 'Failed', error: { code: 'GateTimeout' } });
  });
});

test('a gate waits for all shards: an early event does not end a run of several', async () => {
  await system.start(14, { gate: { timeoutMs: TIMEOUT_MS, onTimeout: 'fail' } });
  await approve();
  for (let count = 0; count < 4; count += 1) await system.deliverOne();
  expect((await read()).status).toBe('Running');
  await runToEnd(system);
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: 14 });
});

test('an event of an older run with the same id does not answer for the new run', async () => {
  await startWaiting();
  await approve();
  await system.deliverAll();
  expect((await read()).status).toBe('Completed');
  system.clock += 1_000;
  await startWaiting();
  expect(await historyTypes()).not.toContain('EventRaised');
});

test('a rewind of a rejected run asks again, and the next answer counts', async () => {
  await startWaiting();
  await approve(false);
  await system.deliverAll();
  expect((await audit(system)).run).toMatchObject({ status: 'Failed', error: { code: 'Rejected' } });
  await controlRun(system.worker(), 'run', { verb: 'rewind', reason: null });
  await system.deliverAll();
  expect(await read()).toMatchObject({ status: 'Running', nodes: { approval: { state: 'waiting' } } });
  expect(await approve(true)).toBe('accepted');
  await system.deliverAll();
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: COUNT });
  // Succeeded items were not tried again.
  expect([...system.tries.values()]).toEqual(Array.from({ length: COUNT }, () => 1));
});

test('a rewind of an approved run asks again: the old approval does not cover the new output', async () => {
  system.attempt = (index) =>
    index === 0
      ? { kind: 'failed', error: { code: 'Broken', message: 'no' }, durationMs: 1 }
      : { kind: 'succeeded', result: 1, durationMs: 1 };
  await startWaiting();
  await approve(true);
  system.clock += 1_000;
  await system.deliverAll();
  expect((await audit(system)).run.status).toBe('Completed');
  system.attempt = (index) => ({ kind: 'succeeded', result: index * index, durationMs: 1 });
  system.clock += 1_000;
  await controlRun(system.worker(), 'run', { verb: 'rewind', reason: null });
  await system.deliverAll();
  expect(await read()).toMatchObject({ status: 'Running', nodes: { approval: { state: 'waiting' } } });
  expect(await approve(true)).toBe('accepted');
  await system.deliverAll();
  expect(await audit(system)).toMatchObject({ run: { status: 'Completed' }, succeeded: COUNT });
  const asked = (await historyTypes()).filter((type) => ['EventRaised', 'Rewound', 'Completed'].includes(type));
  // The answer and the end are in one write, with one instant.
  expect([...asked.slice(0, 2).sort(), ...asked.slice(2)]).toEqual([
    ...['Completed', 'EventRaised', 'Rewound'],
    ...['EventRaised', 'Completed'],
  ]);
});

test('if event and time-out come at once, exactly one of them decides', async () => {
  for (const isApproved of [true, false]) {
    system.clock += 1_000;
    await startWaiting('complete');
    system.clock += TIMEOUT_MS;
    await Promise.all([approve(isApproved), system.deliverAll(), system.deliverAll()]);
    await system.deliverAll();
    const { run } = await audit(system);
    const ends = (await historyTypes()).filter((type) => type === 'Completed' || type === 'Failed');
    expect(ends).toEqual([run.status]);
    // R4: a due time-out is decided before what a write brings, so no late answer counts.
    expect(run.status).toBe('Completed');
  }
});

test('the time-out of a purged run is no dead letter', async () => {
  await startWaiting();
  await approve();
  await system.deliverAll();
  expect(await purgeRun(system.worker(), 'run')).toBe('purged');
  system.clock += TIMEOUT_MS;
  expect(system.queues.texts('aggregate')).toHaveLength(1);
  await system.deliverAll();
  expect(system.queues.texts('aggregate')).toEqual([]);
  expect((await listDeadLetters(system.worker(), { top: 10, token: null })).letters).toEqual([]);
});
