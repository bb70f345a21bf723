// The part of the benchmark's figures that doesn't depend on time: storage requests of small runs, and how
// many images are processed at once.

import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { growthOf, waitUntil } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { endedStatus, postRun } from './calls.fixture.ts';
import { readLives } from './rows.fixture.ts';

/** How many calls detect makes at once. */
const CONCURRENCY = 7;

/** Images in progress at the Face endpoint, by the host of their addresses. Each run has its own host. */
const inWork = new Map<string, { now: number; most: number }>();
let system: StubbedSystem;
beforeAll(async () => {
  system = await startStubbedSystem({
    env: { TALLY_FACE_CONCURRENCY: String(CONCURRENCY) },
    face: {
      delayMs: (url) => {
        const { now, most } = inWork.get(hostOf(url)) ?? { now: 0, most: 0 };
        inWork.set(hostOf(url), { now: now + 1, most: Math.max(most, now + 1) });
        // Long enough for images that start too early to overlap.
        return 5;
      },
      respond: (url) => {
        const { now, most } = inWork.get(hostOf(url)) ?? { now: 0, most: 0 };
        inWork.set(hostOf(url), { now: now - 1, most });
        return { faces: [0.5] };
      },
    },
  });
  await complete('warming-up', 1);
  return () => system.stop();
}, 180_000);

function hostOf(url: string): string {
  return new URL(url).host;
}

/**
 * Runs this many images, and waits until the run is tidied up.
 * @returns the storage requests in the meantime, except those that come with time
 */
async function complete(name: string, count: number, options: Readonly<Record<string, unknown>> = {}) {
  const first = system.proxy.exchanges.length;
  const urls = Array.from({ length: count }, (_, index) => `https://${name}.example/${index}.jpg`);
  const { id, statusQueryGetUri } = await postRun(system, { urls, ...options });
  // Read from the storage directly: a status request reads rows, which would be counted.
  const isTidy = async () => (await readLives(system.storage)).length === 0;
  await waitUntil(isTidy, { describe: `the run of ${count} images is tidied up`, hangGuardMs: 120_000 });
  const taken = system.proxy.exchanges.slice(first).filter((exchange) => growthOf(exchange, id) !== 'time');
  expect(await endedStatus(statusQueryGetUri)).toMatchObject({ counts: { succeeded: count } });
  return taken;
}

/** The requests of a chunk: its message put, received, deleted; its row read, and written with its ledger. */
const A_CHUNK = 5;
/**
 * The requests for the run's own rows and messages, whatever its size, and for concurrent reads and writes of
 * the ledger.
 */
const A_RUN = 40;

test.each([
  [10, 10],
  [100, 34],
  [1_000, 48],
])('a run of %d images takes %d work messages, and no more requests than they need', async (images, chunks) => {
  const taken = await complete(`requests-${images}`, images);
  const ofWork = (operation: string) =>
    taken.filter((one) => one.operation === operation && !['intake', 'aggregate'].includes(one.target)).length;
  console.log(`${(taken.length / images).toFixed(3)} requests an image: ${taken.length} for ${images}`);
  expect(ofWork('PutMessage')).toBe(chunks);
  expect(taken.length).toBeLessThanOrEqual(A_CHUNK * chunks + A_RUN);
});

test.each([1, 3, 50])('with a window of %d never more images are in work at once', async (window) => {
  const name = `window-${window}`;
  await complete(name, 15, { window });
  const { most = 0 } = inWork.get(`${name}.example`) ?? {};
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(Math.min(window, CONCURRENCY));
});
