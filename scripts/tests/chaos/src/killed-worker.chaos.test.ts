import { deliverTwice, waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { ChaosSystem } from './chaos-system.ts';
import { hasEnded, photos, WatchedRun } from './watched-run.fixture.ts';

let system: ChaosSystem;
beforeAll(async () => {
  // Each image takes a few milliseconds, so that a kill meets work in flight.
  system = await ChaosSystem.start({ delayMs: 20 });
  return () => system.stop();
}, 180_000);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function whenDone(run: WatchedRun, images: number): Promise<void> {
  await waitUntil(async () => (await run.status()).counts.succeeded >= images, {
    describe: `${images} images are done`,
    hangGuardMs: 300_000,
    pollMs: 50,
  });
}

test('I1 I2: with every tenth message delivered twice and one of two workers killed half-way, 10,000 images have the result of an undisturbed run, within three minutes', async () => {
  await system.arrange({ intake: 1, detect: 2, aggregate: 1 }, 0);
  system.disturb({ storage: deliverTwice(10), face: () => undefined });
  const run = await WatchedRun.start(system, 'ten-thousand', photos(10_000));
  await whenDone(run, 5_000);
  await system.lose('detect');
  expect((await run.status()).runtimeStatus).toBe('Running');
  const passedMs = await run.until(hasEnded, HOUR_MS);
  expect(passedMs).toBeLessThanOrEqual(3 * MINUTE_MS);
  expect(await run.status()).toMatchObject({
    runtimeStatus: 'Completed',
    counts: { total: 10_000, succeeded: 10_000, failed: 0 },
  });
  expect(await system.quiet()).toBe(true);
  expect(await run.audit()).toEqual([]);
});

test('I3: a run whose only worker is killed continues within two minutes after its restart, not after the ten of a lease', async () => {
  await system.arrange({ intake: 1, detect: 1, aggregate: 1 }, 0);
  system.disturb(null);
  const run = await WatchedRun.start(system, 'only-worker', photos(2_000));
  await whenDone(run, 500);
  await system.lose('detect');
  const before = await run.status();
  expect(before.runtimeStatus).toBe('Running');
  await system.arrange({ intake: 1, detect: 1, aggregate: 1 }, 0);
  // Messages in the queue are processed at once. Repair must send again what the dead worker held.
  // In small steps: the clock may be put forward once too often while a busy machine is about to go on.
  const passedMs = await run.until(hasEnded, HOUR_MS, async () => 5_000);
  expect(passedMs).toBeLessThanOrEqual(2 * MINUTE_MS);
  expect(await run.status()).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: 2_000 } });
  expect(await system.quiet()).toBe(true);
  expect(await run.audit()).toEqual([]);
});
