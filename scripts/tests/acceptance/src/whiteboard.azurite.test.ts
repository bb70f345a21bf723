// A chain consists of its declaration and its handlers: nothing else in the repository knows the chains of
// this test.

import { allBytes, BlobMissingError, containers, runFolder } from '@tally/blobs';
import { registryOf } from '@tally/chains';
import type { Json } from '@tally/contracts';
import {
  nodesOf,
  purgeDue,
  purgeRun,
  raiseEvent,
  readNodeCounts,
  restartRun,
  stagesOf,
  startRun,
} from '@tally/run-steps';
import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { type PolledApps, startPolledApps } from './polled-apps.fixture.ts';
import { stamps, whiteboard, whiteboardTables } from './whiteboard.fixture.ts';

let apps: PolledApps;
beforeAll(async () => {
  const azurite = await startTemporaryAzurite({ blob: true });
  apps = await startPolledApps(azurite.connectionString, whiteboardTables);
  return () => azurite.stop();
});

/**
 * Starts a run, raises its event in advance, and lets the apps work until the run has ended and everything is
 * tidied up.
 */
async function runOf(runId: string, input: Json) {
  const { steps } = apps;
  const started = await startRun(steps, {
    ...{ chain: whiteboard.definition, runId, input: whiteboard.definition.input.parse(input) },
    ...{ options: { tolerance: {} }, shownInput: input },
  });
  expect(started.kind).toBe('started');
  await raiseEvent(steps, runId, 'Word', 'seen');
  const read = async () => (await steps.store.readRun(runId))?.value;
  await apps.until(async () => (await steps.store.readLive(runId)) === null);
  const run = await read();
  if (run === undefined) throw new Error(`run "${runId}" is gone`);
  const nodes = nodesOf(steps, run, await readNodeCounts(steps, run));
  const states: Record<string, string | undefined> = {};
  for (const { name, state } of nodes) states[name] = state?.state === 'ended' ? state.outcome : state?.state;
  return { run, states };
}

test('they can be in one registry side by side', () => {
  const { apps: found, queues } = registryOf([whiteboard, stamps]);
  expect(found.map(({ name }) => name).sort()).toEqual(['drawer', 'painter', 'stamper']);
  expect(queues).toHaveLength(12);
});

test('a run takes every path of its graph, each node once', async () => {
  const { run, states } = await runOf('big', { title: 'Plan', numbers: 12 });
  expect(run).toMatchObject({
    status: 'Completed',
    output: { picture: 'Plan left, Plan right', way: 'many', sum: 506, stamp: 'stamped seen' },
  });
  expect(states).toEqual({
    ...{
      draw: 'succeeded',
      left: 'succeeded',
      right: 'succeeded',
      merge: 'succeeded',
      few: 'skipped',
      many: 'succeeded',
    },
    ...{ list: 'succeeded', square: 'succeeded', word: 'succeeded', stamped: 'succeeded' },
    ...{ alert: undefined, wipe: 'succeeded' },
  });
  const attempts = Object.values(run.nodes).flatMap((state) => ('attempts' in state ? (state.attempts ?? []) : []));
  expect(new Set(attempts)).toEqual(new Set([1]));
  const name = `${runFolder({ run: 'big', generation: run.generation })}/merge.1/picture.txt`;
  const file = await apps.blobs.get({ container: containers.runs, name });
  expect(Buffer.from(await allBytes(file)).toString()).toBe('Plan left, Plan right');
});

test('the other branch of its choice joins as well', async () => {
  const { run, states } = await runOf('small', { title: 'Plan', numbers: 3 });
  expect(run).toMatchObject({ status: 'Completed', output: { way: 'few', sum: 5 } });
  expect(states).toMatchObject({ few: 'succeeded', many: 'skipped', list: 'succeeded' });
});

test('a run that fails runs the closing nodes for failure', async () => {
  const { run, states } = await runOf('untitled', { title: '', numbers: 3 });
  expect(run).toMatchObject({ status: 'Failed', error: { code: 'Untitled' } });
  expect(states).toEqual({
    ...{ draw: 'failed', left: undefined, right: undefined, merge: undefined, few: undefined, many: undefined },
    ...{ list: undefined, square: undefined, word: undefined, stamped: undefined },
    ...{ alert: 'succeeded', wipe: 'succeeded' },
  });
});

test('nothing is left', async () => {
  // The time-out of the wait is still on its way, although no node waits for it any more.
  await apps.until(async () => Object.keys(await apps.left()).every((queue) => queue === 'aggregate'));
  const letters: unknown[] = [];
  for (const { name } of stagesOf(apps.steps.registry))
    for await (const letter of apps.steps.store.listDeadLetters(name)) letters.push(letter);
  expect(letters).toEqual([]);
});

test("a run's files are deleted by a restart, by a purge, and by its retention", async () => {
  const { steps, blobs } = apps;
  const hasFile = async (generation: string): Promise<boolean> => {
    const name = `${runFolder({ run: 'filed', generation })}/merge.1/picture.txt`;
    const found = await blobs.head({ container: containers.runs, name }).catch((error: unknown) => error);
    return !(found instanceof BlobMissingError);
  };
  const input = { title: 'Plan', numbers: 3 };
  const { run: first } = await runOf('filed', input);
  expect(await hasFile(first.generation)).toBe(true);

  await restartRun(steps, 'filed', { newId: null });
  await raiseEvent(steps, 'filed', 'Word', 'seen');
  await apps.until(async () => (await steps.store.readLive('filed')) === null);
  await purgeDue(steps);
  const second = (await steps.store.readRun('filed'))?.value.generation ?? '';
  expect([await hasFile(first.generation), await hasFile(second)]).toEqual([false, true]);
  expect(await purgeRun(steps, 'filed')).toBe('purged');
  expect(await hasFile(second)).toBe(false);

  const { run: third } = await runOf('filed', input);
  expect(await hasFile(third.generation)).toBe(true);
  await purgeDue(steps, { retentionMs: 0 });
  expect(await steps.store.readRun('filed')).toBeNull();
  expect(await hasFile(third.generation)).toBe(false);
});
