import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './backoff.ts';

const policy = { maxAttempts: 5, firstDelayMs: 1_000, maxDelayMs: 6_000 };

describe('retryDelayMs', () => {
  it('doubles with every attempt, up to the ceiling', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(policy, attempt, 0.5))).toEqual([
      1_000, 2_000, 4_000, 6_000, 6_000,
    ]);
  });

  it('varies the delay by up to a fifth either way', () => {
    expect(retryDelayMs(policy, 1, 0)).toBe(800);
    expect(retryDelayMs(policy, 1, 0.999)).toBe(1_200);
  });

  it('uses Retry-After if it is longer than the back-off, even above the ceiling', () => {
    expect(retryDelayMs(policy, 1, 0.5, 90_000)).toBe(90_000);
    expect(retryDelayMs(policy, 3, 0.5, 100)).toBe(4_000);
  });
});
