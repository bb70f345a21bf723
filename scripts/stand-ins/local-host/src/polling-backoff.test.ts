import { describe, expect, it } from 'vitest';
import { PollingBackoff } from './polling-backoff.ts';

describe('the wait between empty polls (rule 4)', () => {
  const take = (backoff: PollingBackoff, count: number) => Array.from({ length: count }, () => backoff.nextMs());

  it('starts at 100 ms, doubles the part above that, and stays at the maximum', () => {
    const backoff = new PollingBackoff(2_000, () => 0.5);
    expect(take(backoff, 8).map(Math.round)).toEqual([100, 200, 300, 500, 900, 1_700, 2_000, 2_000]);
  });

  it('starts again after a poll that found messages', () => {
    const backoff = new PollingBackoff(2_000, () => 0.5);
    take(backoff, 10);
    backoff.reset();
    expect(take(backoff, 3).map(Math.round)).toEqual([100, 200, 300]);
  });

  it('varies each growing wait by up to a fifth either way', () => {
    expect(Math.round(take(new PollingBackoff(60_000, () => 0), 4).at(-1) ?? 0)).toBe(100 + 0.8 * 400);
    expect(Math.round(take(new PollingBackoff(60_000, () => 1), 4).at(-1) ?? 0)).toBe(100 + 1.2 * 400);
  });

  it('is exactly 100 ms with the smallest maximum', () => {
    expect(take(new PollingBackoff(100), 5)).toEqual([100, 100, 100, 100, 100]);
  });
});
