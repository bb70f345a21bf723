import { expect, test } from 'vitest';
import { clock, localTime, parseAhead, parseInstant } from './local-time.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

test('an instant is shown in local time, and read back the same', () => {
  const instant = '2026-07-01T09:44:35.000Z';
  expect(localTime(instant)).toMatch(/^2026-0[67]-\d\d \d\d:\d\d:35$/);
  expect(parseInstant(localTime(instant))).toBe(instant);
});

test.each([
  ['30m', '2026-11-23T11:30:00.000Z'],
  ['12h', '2026-11-23T00:00:00.000Z'],
  ['7d', '2026-11-16T12:00:00.000Z'],
  ['2w', '2026-11-09T12:00:00.000Z'],
  ['2026-11-23T09:44:00Z', '2026-11-23T09:44:00.000Z'],
  ['2026-11-23T09:44:00.5+02:00', '2026-11-23T07:44:00.500Z'],
  ['2026-11-23', new Date(2026, 10, 23).toISOString()],
  ['2026-11-23 09:44', new Date(2026, 10, 23, 9, 44).toISOString()],
])('%s is %s', (text, instant) => {
  expect(parseInstant(text, now)).toBe(instant);
});

test.each([
  '',
  'yesterday',
  '7',
  '7y',
  '23.11.2026',
  '2026-13-01',
  '2026-02-31',
  '2026-02-31 09:44',
  '2026-11-23T25:00',
  '99999999999999999w',
])('%j is not a time', (text) => {
  expect(parseInstant(text, now)).toBeNull();
});

test('a future time is shown as a duration from now, or as an instant', () => {
  expect(parseAhead('30m', now)).toBe('2026-11-23T12:30:00.000Z');
  expect(parseAhead('2026-11-23T09:44:00Z', now)).toBe('2026-11-23T09:44:00.000Z');
  expect(parseAhead('soon', now)).toBeNull();
});

test.each([
  [-5, '0:00'],
  [65_999, '1:05'],
  [3_723_000, '1:02:03'],
])('%d ms are %s', (ms, text) => {
  expect(clock(ms)).toBe(text);
});
