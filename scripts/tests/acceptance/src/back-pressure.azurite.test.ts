import { startStubbedSystem } from '@tally/test-system';
import { happinessOf, waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';
import { endedStatus, postRun } from './calls.fixture.ts';
import { expectedOutput, imageUrls } from './expected.fixture.ts';

const IMAGES = 120;
/** How many calls the Face endpoint serves a second. It refuses further calls and says when to come back. */
const PER_SECOND = 10;
const RETRY_AFTER_MS = 1_000;
/** The most calls of one process at once, its default. */
const CONCURRENCY = 32;

interface Call {
  readonly at: number;
  readonly url: string;
  readonly isRefused: boolean;
}

test('a Face endpoint that allows ten calls a second is not overrun, its Retry-After is honoured, and every image is processed', async () => {
  const calls: Call[] = [];
  const respond = (url: string) => {
    const at = performance.now();
    const served = calls.filter((call) => !call.isRefused && call.at > at - 1_000).length;
    const isRefused = served >= PER_SECOND;
    calls.push({ at, url, isRefused });
    return isRefused
      ? { status: 429, code: 'RateLimitExceeded', retryAfterSeconds: RETRY_AFTER_MS / 1_000 }
      : { faces: [happinessOf(url)] };
  };
  const system = await startStubbedSystem({ face: { respond } });
  try {
    const urls = imageUrls(IMAGES);
    const { statusQueryGetUri } = await postRun(system, urls);
    const ended = await waitUntil(() => endedStatus(statusQueryGetUri), {
      describe: 'the run has ended',
      hangGuardMs: 240_000,
    });
    expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: IMAGES, failed: 0 } });
    expect(ended.output).toMatchObject(expectedOutput(urls));
  } finally {
    await system.stop();
  }
  const refused = calls.filter((call) => call.isRefused);
  console.log(
    `${calls.length} calls for ${IMAGES} images at ${PER_SECOND} a second, ${refused.length} of them refused`,
  );
  expect(refused.length).toBeGreaterThan(0);
  // Fewer calls fail than succeed.
  expect(refused.length).toBeLessThan(IMAGES);
  for (const { at, url } of refused) {
    // A refused call waits. Timers may fire a millisecond early.
    const next = calls.find((call) => call.url === url && call.at > at);
    if (next !== undefined) expect(next.at - at).toBeGreaterThanOrEqual(RETRY_AFTER_MS - 5);
    // So do all other calls: only calls that were in progress at the refusal can still arrive.
    const meanwhile = calls.filter((call) => call.at > at && call.at < at + RETRY_AFTER_MS);
    expect(meanwhile.length).toBeLessThan(CONCURRENCY);
  }
}, 300_000);
