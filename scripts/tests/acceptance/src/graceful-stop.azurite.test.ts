import type { HostProcess } from '@tally/local-host';
import { type AppName, appNames, type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { endedStatus, postRun, readStatus } from './calls.fixture.ts';
import { expectedOutput, imageUrls } from './expected.fixture.ts';
import { depth, peek } from './rows.fixture.ts';

/** As many messages as a person, or this test, can see of a queue at once. */
const IMAGES = 30;
const urls = imageUrls(IMAGES);

/** Deliveries that were not the first of their message. */
const repeats: string[] = [];
let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem({
    // Long enough for a stop to meet calls in progress.
    face: { delayMs: 400 },
    proxy: {
      observe: ({ operation, target }, response) => {
        if (operation !== 'GetMessages' || response === 'reset') return;
        for (const [, count] of response.body.toString().matchAll(/<DequeueCount>(\d+)<\/DequeueCount>/g))
          if (count !== '1') repeats.push(`${target}: delivery ${count}`);
      },
    },
  });
  return () => system.stop();
}, 180_000);

/**
 * Replaces a process as a deployment does: the old process is told to stop and drains, then the new one
 * starts.
 */
async function replace(app: AppName, old: HostProcess): Promise<HostProcess> {
  // 0: all running work has ended. After half a minute it would have been abandoned.
  expect(await old.stop()).toEqual({ code: 0, signal: null });
  return await system.startApp(app);
}

test('an app that is told to stop finishes its work: no message stays hidden', async () => {
  const { statusQueryGetUri } = await postRun(system, urls);
  await waitUntil(() => system.face.atOnce() > 0, { describe: 'images are in work', pollMs: 10 });
  const [old] = system.processes.detect;
  if (old === undefined) throw new Error('there is no detect');
  expect(await old.stop()).toEqual({ code: 0, signal: null });
  expect(system.face.atOnce()).toBe(0);
  for (const queue of ['intake', 'detect', 'detect-small'])
    expect((await peek(system.storage, queue)).length).toBe(await depth(system.storage, queue));
  // Work that it had started is recorded. Other work waits.
  const { counts } = await readStatus(statusQueryGetUri);
  expect(counts.succeeded).toBe(IMAGES - (await depth(system.storage, 'detect-small')));
  await system.startApp('detect');
  const ended = await waitUntil(() => endedStatus(statusQueryGetUri), { describe: 'the run has ended' });
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: IMAGES } });
  expect(repeats).toEqual([]);
});

test('while every app is replaced in turn, runs continue and no message is delivered a second time', async () => {
  const [intake] = system.processes.intake;
  const [aggregate] = system.processes.aggregate;
  if (intake === undefined || aggregate === undefined) throw new Error('an app is missing');
  // The detect that the previous test started is replaced with the others.
  let apps: Record<AppName, HostProcess> = { intake, detect: await system.startApp('detect'), aggregate };
  const ids: string[] = [];
  for (const app of appNames) {
    ids.push((await postRun({ url: apps.intake.url }, urls)).id);
    apps = { ...apps, [app]: await replace(app, apps[app]) };
  }
  for (const id of ids) {
    const ended = await waitUntil(() => endedStatus(`${apps.intake.url}/api/runs/${id}`), {
      describe: `run ${id} has ended`,
    });
    expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: IMAGES } });
    expect(ended.output).toMatchObject(expectedOutput(urls));
  }
  expect(repeats).toEqual([]);
});
