import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { ChaosSystem } from './chaos-system.ts';
import { outages } from './outages.ts';
import { hasEnded, isAt, photos, plannedOrder, WatchedRun } from './watched-run.fixture.ts';

let system: ChaosSystem;
beforeAll(async () => {
  // Each image takes long enough that an outage meets images in progress. Half of them are in an app that
  // then goes down forever.
  system = await ChaosSystem.start({ delayMs: 40 });
  return () => system.stop();
}, 180_000);

const TWO_MINUTES_MS = 120_000;
/** A period of half a minute that may have begun at the outage's end. */
const PASS_MS = 30_000;
const IMAGES = 400;

test.each(outages)(
  '%s for two minutes, in which a worker dies: two minutes after it all runs have moved on',
  async (kind) => {
    await system.arrange({ intake: 1, detect: 2, aggregate: 1, orders: 1, media: 0 }, 0);
    const id = kind.replaceAll(' ', '-');
    const images = await WatchedRun.start(system, `photos-${id}`, photos(IMAGES));
    const order = await WatchedRun.startAs(system, plannedOrder(`order-${id}`));
    await waitUntil(async () => (await images.status()).counts.succeeded >= 40, {
      describe: 'images are done',
      pollMs: 30,
    });
    await system.outage(kind, TWO_MINUTES_MS, async () => await system.lose('detect'));
    const takenMs = await images.until(hasEnded, TWO_MINUTES_MS + PASS_MS);
    console.info(`after ${kind}: ${takenMs / 1_000} s until the run has ended`);
    expect(takenMs).toBeLessThanOrEqual(TWO_MINUTES_MS + PASS_MS);
    // The order reaches the node where it waits for a person.
    await order.until(isAt('approval', 'waiting'), TWO_MINUTES_MS + PASS_MS - takenMs);
    await order.act('reject');
    await order.until(hasEnded, TWO_MINUTES_MS);
    expect([...(await images.audit()), ...(await order.audit()), ...system.died]).toEqual([]);
  },
  300_000,
);

/** The limit for each process: polls of its queues, and retries with growing pauses. */
const MOST_REQUESTS_A_SECOND = 40;
/** Long enough for growing pauses to grow. */
const BUSY_SECONDS = 6;

test('a storage that is busy for long gets no more requests for that, and nothing is lost', async () => {
  await system.arrange({ intake: 1, detect: 2, aggregate: 1, orders: 0, media: 0 }, 0);
  const run = await WatchedRun.start(system, 'long-busy', photos(IMAGES));
  await waitUntil(async () => (await run.status()).counts.succeeded >= 40, { describe: 'images are done', pollMs: 30 });
  const before = system.asked;
  await system.outage('storage busy', 60_000, async () => {
    // Timers run in real time: retries happen now.
    await sleep(BUSY_SECONDS * 1_000);
  });
  const aSecond = (system.asked - before) / BUSY_SECONDS;
  console.info(`busy for ${BUSY_SECONDS} s: ${aSecond.toFixed(0)} requests a second of four processes`);
  expect(aSecond).toBeLessThan(4 * MOST_REQUESTS_A_SECOND);
  await run.until(hasEnded, TWO_MINUTES_MS + PASS_MS);
  expect(await run.status()).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: IMAGES, failed: 0 } });
  expect([...(await run.audit()), ...system.died]).toEqual([]);
}, 300_000);
