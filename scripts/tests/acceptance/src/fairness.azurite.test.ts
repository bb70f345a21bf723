import { startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';
import { endedStatus, postRun } from './calls.fixture.ts';
import { imageUrls } from './expected.fixture.ts';
import { depth, peek } from './rows.fixture.ts';

/** More images than an instance takes of the run at once, so that its messages also wait in the queue. */
const LARGE = 1_000;
/** Calls of one process at once, the default. */
const CALLS = 32;
/** On the same host as the other images, because the calls to each host wait in a separate line. */
const SMALL = imageUrls(LARGE + 3).slice(LARGE);

test('a run of three images does not wait behind one of thousands: its images are next, although the other run uses all workers', async () => {
  /** Images of the large run in progress, each until the test ends it. */
  const held: (() => void)[] = [];
  let isOver = false;
  const until = async (url: string): Promise<void> => {
    if (isOver || SMALL.includes(url)) return;
    await new Promise<void>((resolve) => held.push(resolve));
  };
  const system = await startStubbedSystem({ face: { until } });
  const { requests } = system.face;
  try {
    const large = await postRun(system, imageUrls(LARGE));
    await waitUntil(() => requests.size === CALLS, { describe: 'the large run has all calls of the process' });
    const small = await postRun(system, SMALL);
    await waitUntil(async () => (await peek(system.storage, 'detect-small')).length === 0, {
      describe: 'the small run has been taken up',
    });
    expect(await depth(system.storage, 'detect-small')).toBe(SMALL.length);
    // The images of the large run end one after another. Each time an image of either run starts.
    let ended = 0;
    while (SMALL.some((url) => !requests.has(url))) {
      const begun = requests.size;
      held.shift()?.();
      ended += 1;
      await waitUntil(() => requests.size > begun, { describe: 'another image has begun', pollMs: 2 });
      expect(ended).toBeLessThanOrEqual(CALLS);
    }
    const status = await waitUntil(() => endedStatus(small.statusQueryGetUri), { describe: 'the small run has ended' });
    expect(status).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: SMALL.length } });
    // Hardly any image of the large run started in between, and the run continues.
    expect(requests.size).toBeLessThan(3 * CALLS);
    isOver = true;
    for (const end of held) end();
    const other = await waitUntil(() => endedStatus(large.statusQueryGetUri), { describe: 'the large run has ended' });
    expect(other).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: LARGE } });
  } finally {
    isOver = true;
    for (const end of held) end();
    await system.stop();
  }
}, 120_000);
