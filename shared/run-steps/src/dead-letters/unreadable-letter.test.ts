import { TABLES } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import { controlRun } from '../control/control-run.ts';
import { runToEnd } from '../fixtures/audit.fixture.ts';
import { edit, type Place } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem } from '../fixtures/memory-system.fixture.ts';
import { purgeDue } from '../purge/purge-due.ts';
import { purgeRun } from '../purge/purge-run.ts';
import { type ListedDeadLetter, listDeadLetters } from './list-dead-letters.ts';
import { discardDeadLetter, redriveDeadLetter } from './redrive-dead-letter.ts';

const RETENTION_MS = 7 * 86_400_000;

let system: MemorySystem;
/** Four letters without a run; the second can't be read. */
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
  for (let count = 0; count < 4; count += 1) {
    system.clock += 1_000;
    await system.queues.send('square', `not a message, ${count}`);
    await system.deliverAll();
  }
  await edit(system, await placeAt(1), { dequeueCount: -1 });
});

async function placeAt(number: number, stage = 'square'): Promise<Place> {
  const keys = [];
  for await (const { rowKey } of system.tables.list(TABLES.deadLetters, { partitionKey: stage })) keys.push(rowKey);
  return { table: TABLES.deadLetters, partitionKey: stage, rowKey: keys[number] ?? '' };
}

async function listed(top = 100): Promise<ListedDeadLetter[]> {
  const found: ListedDeadLetter[] = [];
  let token: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listDeadLetters>> = await listDeadLetters(system.worker(), { top, token });
    found.push(...page.letters);
    token = page.token;
  } while (token !== null);
  return found;
}
const wrongOf = async () => (await listed()).map((letter) => ('error' in letter ? letter.error.column : null));

async function unreadableOne(): Promise<string> {
  const letter = (await listed()).find((candidate) => 'error' in candidate);
  if (letter === undefined) throw new Error('all can be read');
  return letter.letterId;
}

describe('a dead letter with an unreadable row', () => {
  test('is marked in the list with its row and column, and hides no other letter', async () => {
    const { table, partitionKey, rowKey } = await placeAt(1);
    expect(await wrongOf()).toEqual([null, 'dequeueCount', null, null]);
    expect((await listed())[1]).toMatchObject({
      ...{ stage: 'square', at: Date.parse(rowKey.slice(0, 24)), sourceQueue: 'square' },
      error: { code: 'RowUnreadable', place: { table, partitionKey, rowKey } },
    });
  });

  test.each([1, 2, 3])('is listed once in pages of %i, and rows with unknown keys are skipped', async (top) => {
    for (const rowKey of ['0000-nonsense', '2026-01-01T00:00:01.500Z', '2026-13-01T00:00:01.500Z-x', '~'])
      await system.tables.write(TABLES.deadLetters, [
        { kind: 'insert', row: { partitionKey: 'square', rowKey, cells: {} } },
      ]);
    const letters = await listed(top);
    expect(letters.map((letter) => 'error' in letter)).toEqual([false, true, false, false]);
    expect(new Set(letters.map(({ letterId }) => letterId)).size).toBe(4);
  });

  test('is discarded like any other', async () => {
    expect(await discardDeadLetter(system.worker(), await unreadableOne())).toBe('discarded');
    expect(await wrongOf()).toEqual([null, null, null]);
  });

  test('is not sent again: the refusal names the fault', async () => {
    const outcome = await redriveDeadLetter(system.worker(), await unreadableOne());
    expect(JSON.stringify(outcome)).toMatch(/refused.*cannot be read .*column dequeueCount.*discard it/);
  });

  test('does not stop the retention of others, and is itself deleted with it', async () => {
    system.clock += RETENTION_MS + 1;
    await purgeDue(system.worker(), { retentionMs: RETENTION_MS });
    expect(await listed()).toEqual([]);
  });

  test('is kept if a newer version of Tally has written it, which deletes it in its time', async () => {
    await edit(system, await placeAt(1), { v: 9 });
    system.clock += RETENTION_MS + 1;
    await purgeDue(system.worker(), { retentionMs: RETENTION_MS });
    expect(await wrongOf()).toEqual(['v']);
  });

  test('of a run is deleted with the purge of that run', async () => {
    await system.start(14);
    await controlRun(system.worker(), 'run', { verb: 'suspend', reason: null });
    const generation = (await system.worker().store.readRun('run'))?.value.generation;
    await system.queues.send(
      'intake-poison',
      JSON.stringify({ v: 3, runId: 'run', gen: generation, node: 'square', since: 1, epoch: 1, tok: 't' }),
    );
    await system.deliverAll();
    await edit(system, await placeAt(0, 'intake'), { time: 'soon' });
    await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
    await runToEnd(system);
    expect(await wrongOf()).toEqual(['time', null, 'dequeueCount', null, null]);
    expect(await purgeRun(system.worker(), 'run')).toBe('purged');
    expect(await wrongOf()).toEqual([null, 'dequeueCount', null, null]);
  });
});

test('a letter is identified by its key, whatever its columns say', async () => {
  await edit(system, await placeAt(0), { id: 'another', time: '2020-01-01T00:00:00.000Z', stage: 'aggregate' });
  for (const { letterId } of await listed())
    expect(await discardDeadLetter(system.worker(), letterId)).toBe('discarded');
  expect(await listed()).toEqual([]);
});
