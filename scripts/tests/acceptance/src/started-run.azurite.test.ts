import { TallyClient } from '@tally/client';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';

let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem();
  return () => system.stop();
}, 180_000);

const gated = { urls: ['https://a.example/1.jpg'], approval: { timeout: 'PT30M', onTimeout: 'fail' } } as const;

async function startGated() {
  const run = await new TallyClient({ baseUrl: system.url }).start({ ...gated, urls: [...gated.urls] });
  await waitUntil(async () => (await run.status()).customStatus !== null, { describe: 'the run waits for approval' });
  return run;
}

test("the addresses in a start's answer take a run through suspension, an event and its end", async () => {
  const run = await startGated();
  await run.suspend('over lunch & back at 2');
  expect((await run.status()).runtimeStatus).toBe('Suspended');
  await run.raiseEvent('Coffee & Tea?', { sugar: 2 });
  await run.resume('');
  await run.decide('approve');
  expect(await run.wait()).toMatchObject({ runtimeStatus: 'Completed', output: { images: { succeeded: 1 } } });
  await run.purge();
  await expect(run.status()).rejects.toThrow('404 Not found');
});

test('so do they for a terminated run, and for a rejected one', async () => {
  const run = await startGated();
  await run.terminate('100% enough');
  expect(await run.wait()).toMatchObject({ runtimeStatus: 'Terminated', output: '100% enough' });
  const rejected = await startGated();
  await rejected.decide('reject');
  expect(await rejected.wait()).toMatchObject({ runtimeStatus: 'Failed' });
});
