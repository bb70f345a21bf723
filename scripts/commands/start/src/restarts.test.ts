import { expect, test } from 'vitest';
import { Restarts } from './restarts.ts';

test('an app that keeps ending is restarted forever, after growing pauses of up to a minute', () => {
  const restarts = new Restarts();
  const pauses = Array.from({ length: 100 }, () => restarts.pauseAfter(0));
  expect(pauses.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(pauses.at(-1)).toBe(60_000);
});

test('an app that has run for five minutes counts as healthy again', () => {
  const restarts = new Restarts();
  for (let end = 0; end < 10; end++) restarts.pauseAfter(299_999);
  expect(restarts.pauseAfter(300_000)).toBe(1_000);
  expect(restarts.pauseAfter(10)).toBe(2_000);
});
