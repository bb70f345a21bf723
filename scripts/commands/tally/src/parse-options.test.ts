import { expect, test } from 'vitest';
import { parseDuration, parseTolerated } from './parse-options.ts';

test.each([
  ['90s', 'PT90S'],
  ['30m', 'PT30M'],
  ['12h', 'PT12H'],
  ['7d', 'P7D'],
  ['2w', 'P2W'],
  ['P1DT2H', 'P1DT2H'],
])('a duration %s is %s', (text, duration) => {
  expect(parseDuration(text)).toBe(duration);
});

test('a tolerance is a number of items, or a percentage', () => {
  expect(parseTolerated('5')).toEqual({ toleratedFailureCount: 5 });
  expect(parseTolerated('2.5%')).toEqual({ toleratedFailurePercentage: 2.5 });
  for (const text of ['', '-1', '1.5', '101%', '5 %', 'all']) expect(() => parseTolerated(text)).toThrow('such as 10%');
});
