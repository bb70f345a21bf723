import { describe, expect, it } from 'vitest';
import { type Duration, durationMs, durationSchema, durationText, isDurationWithin } from './duration.ts';

describe('durationMs', () => {
  it.each<[Duration, number]>([
    ['250ms', 250],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1.5h', 5_400_000],
    ['14d', 1_209_600_000],
    ['0s', 0],
    ['0.0001s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each<Duration>(['-5s', '1e3s', '0x10s', '+1s'])('refuses %s, which the type accepts', (text) => {
    expect(() => durationMs(text)).toThrow(`"${text}" is no duration`);
  });

  it('refuses a length that milliseconds cannot express', () => {
    expect(() => durationMs('999999999999999d')).toThrow('longer than');
  });
});

describe('isDurationWithin', () => {
  it.each<[Duration, boolean]>([
    ['1s', true],
    ['1m', true],
    ['999ms', false],
    ['61s', false],
    ['-5s', false],
    ['999999999999999d', false],
  ])('of a second to a minute, %s: %s', (text, isWithin) => {
    expect(isDurationWithin(text, 1_000, 60_000)).toBe(isWithin);
  });
});

describe('durationSchema', () => {
  it.each(['90s', '1.5h'])('takes %s', (text) => {
    expect(durationSchema.parse(text)).toBe(text);
  });

  it.each(['', '90', '90 s', '-5s', '1e3s', 'PT30M', 90])('refuses %s', (value) => {
    const { error } = durationSchema.safeParse(value);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'must be a number and one of ms, s, m, h and d, such as 90s or 1.5h',
    ]);
  });
});

describe('durationText', () => {
  it.each<Duration>(['0s', '250ms', '90s', '30m', '90m', '8h', '14d'])(
    'formats %s in the largest unit that fits',
    (text) => {
      expect(durationText(durationMs(text))).toBe(text);
    },
  );
});
