import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { deliverTwice, waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { endedStatus, postRun, readStatus } from './calls.fixture.ts';
import { expectedOutput, imageUrls } from './expected.fixture.ts';
import { readIndex, readOutcomes } from './rows.fixture.ts';

const COUNT = 10_000;
const urls = imageUrls(COUNT);
/** The run must end within three minutes of the kill: repair takes about a minute and a half. */
const WITHIN_MS = 180_000;

let system: StubbedSystem;

beforeAll(async () => {
  system = await startStubbedSystem({
    // A few milliseconds an image, so that the kill meets work in flight.
    face: { delayMs: 20 },
    processes: { detect: 2 },
    proxy: { disturb: deliverTwice(10) },
  });
  return () => system.stop();
}, 180_000);

test('I1, I2: with every tenth message delivered twice and a worker killed half-way the output is that of an undisturbed run', async () => {
  const { id, statusQueryGetUri } = await postRun(system, urls);
  await waitUntil(async () => (await readStatus(statusQueryGetUri)).counts.succeeded > COUNT / 2, {
    describe: 'half of the images are done',
    hangGuardMs: 300_000,
  });
  const [victim] = system.processes.detect;
  await victim?.kill('SIGKILL');
  const atKill = await readStatus(statusQueryGetUri);
  expect(atKill.runtimeStatus).toBe('Running');

  const ended = await waitUntil(() => endedStatus(statusQueryGetUri), {
    describe: 'the run has ended after the kill',
    hangGuardMs: WITHIN_MS,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${system.log()}`, { cause: error });
  });
  expect(ended.runtimeStatus).toBe('Completed');
  expect(ended.output).toMatchObject(expectedOutput(urls));
  expect(ended.counts).toMatchObject({ total: COUNT, succeeded: COUNT, failed: 0 });
  const outcomes = await readOutcomes(system.storage, id);
  expect(outcomes.size).toBe(COUNT);
  expect(new Set(outcomes.values())).toEqual(new Set(['succeeded']));
  await waitUntil(async () => (await readIndex(system.storage, 'live')).length === 0, {
    describe: 'housekeeping is done',
  });
});
