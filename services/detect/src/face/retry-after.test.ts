import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

test.each<[string, Record<string, string>, number]>([
  ['no header', {}, 0],
  ['seconds', { 'retry-after': '3' }, 3_000],
  ['fractions of a second', { 'retry-after': '0.5' }, 500],
  ['a date to come', { 'retry-after': 'Mon, 23 Nov 2026 12:00:20 GMT' }, 20_000],
  ['a date gone by', { 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
  ['milliseconds, before the rounder seconds', { 'retry-after-ms': '1200', 'retry-after': '2' }, 1_200],
  ["Azure's own milliseconds", { 'x-ms-retry-after-ms': '700' }, 700],
  ['nonsense', { 'retry-after': 'soon' }, 0],
  ['a negative number', { 'x-ms-retry-after-ms': '-5' }, 0],
  ['more than an hour', { 'retry-after': '86400' }, 3_600_000],
])('%s', (_what, headers, expected) => {
  expect(retryAfterMs(headers, now)).toBe(expected);
});
