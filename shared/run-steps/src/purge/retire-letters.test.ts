import { beforeEach, expect, test } from 'vitest';
import { keepLetter } from '../commit/keep-letter.ts';
import { controlRun } from '../control/control-run.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { FIRST_ROUND, MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeDue } from './purge-due.ts';
import { purgeRun } from './purge-run.ts';

const RETENTION_MS = 7 * 86_400_000;

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

async function letters(): Promise<(string | undefined)[]> {
  const found = [];
  for (const stage of ['intake', 'square', 'aggregate'])
    for await (const letter of system.worker().store.listDeadLetters(stage)) found.push(letter.runId);
  return found;
}

/** An ended run with a letter about each of its queues, and a letter without a run. */
async function endedWithLetters(): Promise<void> {
  await system.start(14);
  await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  const generation = (await system.worker().store.readRun('run'))?.value.generation;
  const head = { v: 3, runId: 'run', gen: generation, ...FIRST_ROUND, epoch: 1, tok: 't' };
  await system.queues.send('intake-poison', JSON.stringify(head));
  await system.queues.send('aggregate-poison', JSON.stringify({ ...head, shard: 0 }));
  const work = { ...head, shard: 0, chunk: 0, attempt: 1 };
  await system.queues.send('square-poison', JSON.stringify(work));
  await system.queues.send('square', 'noise');
  await system.deliverAll();
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  await runToEnd(system);
  expect(await letters()).toEqual(['run', 'run', undefined, 'run']);
}

test('a purge deletes the dead letters of its run with all pointers to them', async () => {
  await endedWithLetters();
  const generation = (await system.worker().store.readRun('run'))?.value.generation;
  const rows = async () => {
    const keys = [];
    for await (const { rowKey } of system.tables.list('runs', { partitionKey: 'run' })) keys.push(rowKey);
    return keys;
  };
  expect((await rows()).filter((key) => key.startsWith(`letter:${generation}:`))).toHaveLength(3);
  expect(await purgeRun(system.worker(), 'run')).toBe('purged');
  expect(await letters()).toEqual([undefined]);
  expect(await rows()).toEqual([]);
});

test('other dead letters have the retention of runs', async () => {
  await endedWithLetters();
  system.clock += RETENTION_MS - 3_600_000;
  await purgeDue(system.worker(), { retentionMs: RETENTION_MS });
  expect(await letters()).toHaveLength(4);
  system.clock += 3_660_000;
  await purgeDue(system.worker(), { retentionMs: RETENTION_MS });
  expect(await letters()).toEqual([]);
});

test('a letter of an existing run is kept as long as the run', async () => {
  await system.start(14);
  await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
  const generation = (await system.worker().store.readRun('run'))?.value.generation;
  await system.queues.send(
    'intake-poison',
    JSON.stringify({ v: 3, runId: 'run', gen: generation, ...FIRST_ROUND, epoch: 1, tok: 't' }),
  );
  await system.queues.send('square', 'noise');
  await system.deliverAll();
  system.clock += 2 * RETENTION_MS;
  await purgeDue(system.worker(), { retentionMs: RETENTION_MS });
  expect(await letters()).toEqual(['run']);
});

test('a letter written during the purge of its run is deleted at once', async () => {
  await endedWithLetters();
  const generation = (await system.worker().store.readRun('run'))?.value.generation ?? '';
  const steps = system.worker();
  const insertDeadLetter = steps.store.insertDeadLetter.bind(steps.store);
  steps.store.insertDeadLetter = async (...letter) => {
    await purgeRun(system.worker(), 'run');
    await insertDeadLetter(...letter);
  };
  const about = { stage: 'intake', at: system.clock, id: 'late', sourceQueue: 'intake', body: '', reason: 'by hand' };
  await keepLetter(steps, { ...about, dequeueCount: 1, runId: 'run', generation });
  expect(await letters()).toEqual([undefined]);
});
