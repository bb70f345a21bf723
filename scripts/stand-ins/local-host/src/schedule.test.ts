import { describe, expect, it } from 'vitest';
import { isMonitored, parseSchedule } from './schedule.ts';
import { parseTimeSpan } from './time-span.ts';

const schedule = (text: string, timeZone = 'UTC') => parseSchedule(text, timeZone, 'tick');
const next = (text: string, after: string, timeZone?: string) =>
  schedule(text, timeZone).next(new Date(after))?.toISOString();

describe('a time span', () => {
  it.each([
    ['00:00:30', 30_000],
    ['00:00:00.5', 500],
    ['1.02:03:04', 93_784_000],
    ['01:30', 5_400_000],
    ['2', undefined],
    ['24:00:00', undefined],
    ['00:60:00', undefined],
    ['* * * * * *', undefined],
  ])('%j is %j ms', (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });
});

describe('a schedule', () => {
  it.each([
    ['*/30 * * * * *', '2026-03-01T10:00:00.400Z', '2026-03-01T10:00:30.000Z'],
    ['*/30 * * * * *', '2026-03-01T10:00:30.000Z', '2026-03-01T10:01:00.000Z'],
    ['0 */5 * * * *', '2026-03-01T10:04:59.000Z', '2026-03-01T10:05:00.000Z'],
    ['*/5 * * * *', '2026-03-01T10:00:01.000Z', '2026-03-01T10:05:00.000Z'],
    ['00:00:10', '2026-03-01T10:00:00.500Z', '2026-03-01T10:00:10.500Z'],
    // Both fields must match: the first Friday the 13th of 2026 after January.
    ['0 0 0 13 * Fri', '2026-01-01T00:00:00.000Z', '2026-02-13T00:00:00.000Z'],
  ])('%j after %s comes at %s', (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });

  it('is read in the time zone of WEBSITE_TIME_ZONE', () => {
    expect(next('0 0 9 * * *', '2026-07-01T00:00:00Z', 'Europe/Berlin')).toBe('2026-07-01T07:00:00.000Z');
  });

  it.each([['every minute'], ['* * * *'], ['00:00:00'], ['61 * * * * *']])(
    '%j is refused, and the function is named',
    (text) => {
      expect(() => schedule(text)).toThrow('Timer function "tick"');
    },
  );

  it('keeps a status from intervals of one minute on', () => {
    const from = new Date('2026-03-01T10:00:00Z');
    expect(isMonitored(schedule('0 * * * * *'), from)).toBe(true);
    expect(isMonitored(schedule('00:01:00'), from)).toBe(true);
    expect(isMonitored(schedule('*/30 * * * * *'), from)).toBe(false);
    expect(isMonitored(schedule('00:00:59'), from)).toBe(false);
    // Two runs are close together, though most are a day apart.
    expect(isMonitored(schedule('0,10 0 0 * * *'), from)).toBe(false);
  });
});
