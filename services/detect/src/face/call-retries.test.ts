import { describe, expect, test } from 'vitest';
import type { CallResult } from './call-result.ts';
import { callWithRetries, MAX_SLEEP_MS, MAX_TRIES } from './call-retries.ts';
import { hastyTiming, manualTiming, settled } from './manual-timing.fixture.ts';

const never = new AbortController().signal;
const done: CallResult = { kind: 'succeeded', result: { faces: [] } };
const refused = (retryAfterMs = 0): CallResult => ({
  kind: 'retry',
  error: { code: 'TooManyRequests', message: '' },
  retryAfterMs,
  overloaded: 'endpoint',
});

function calls(...results: CallResult[]) {
  let made = 0;
  return {
    made: () => made,
    call: async () => {
      const result = results[made];
      made += 1;
      if (result === undefined) throw new Error('one call too many');
      return result;
    },
  };
}

describe('a call is repeated', () => {
  test('until it succeeds', async () => {
    const { call, made } = calls(refused(), done);
    expect(await callWithRetries(call, hastyTiming(), never)).toBe(done);
    expect(made()).toBe(2);
  });

  test('up to three times in all; the last result is final', async () => {
    const last = refused(7);
    const { call, made } = calls(refused(), refused(), last);
    expect(await callWithRetries(call, hastyTiming(), never)).toBe(last);
    expect(made()).toBe(MAX_TRIES);
  });

  test('but not if another call would have the same result', async () => {
    const failed: CallResult = { kind: 'failed', error: { code: 'InvalidImage', message: '' } };
    const { call, made } = calls(failed);
    expect(await callWithRetries(call, hastyTiming(), never)).toBe(failed);
    expect(made()).toBe(1);
  });
});

describe('between two calls it sleeps', () => {
  test.each([
    [0, [0, 0]],
    [0.5, [500, 1_000]],
    [0.999, [999, 1_998]],
  ])('for a random share (%d) of one second, then of two', async (random, expected) => {
    const timing = hastyTiming(random);
    await callWithRetries(calls(refused(), refused(), refused()).call, timing, never);
    expect(timing.slept).toEqual(expected);
  });

  test('at least as long as the endpoint asked for', async () => {
    const timing = hastyTiming(0.5);
    await callWithRetries(calls(refused(4_000), done).call, timing, never);
    expect(timing.slept).toEqual([4_500]);
  });

  test('not at all if that is long: the message goes back to the queue', async () => {
    const timing = hastyTiming();
    const long = refused(MAX_SLEEP_MS + 1);
    const { call, made } = calls(long);
    expect(await callWithRetries(call, timing, never)).toBe(long);
    expect(made()).toBe(1);
    expect(timing.slept).toEqual([]);
  });

  test('no longer than the run lives', async () => {
    const ended = new AbortController();
    const outcome = callWithRetries(calls(refused()).call, manualTiming(), ended.signal);
    await settled();
    ended.abort(new Error('the run has ended'));
    await expect(outcome).rejects.toThrow('the run has ended');
  });
});
