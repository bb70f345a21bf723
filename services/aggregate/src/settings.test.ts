import { readSettings } from '@tally/functions-kit';
import { expect, test } from 'vitest';
import { aggregateSettingsSchema } from './settings.ts';

test('runs are kept unless a retention is set', () => {
  expect(readSettings(aggregateSettingsSchema, {})).toEqual({ retentionMs: undefined });
  expect(readSettings(aggregateSettingsSchema, { TALLY_RETENTION_DAYS: '' })).toEqual({ retentionMs: undefined });
  expect(readSettings(aggregateSettingsSchema, { TALLY_RETENTION_DAYS: '30' })).toEqual({ retentionMs: 2_592_000_000 });
  expect(readSettings(aggregateSettingsSchema, { TALLY_RETENTION_DAYS: '1.5' })).toEqual({ retentionMs: 129_600_000 });
});

test.each(['0', '-1', 'a week', 'NaN', '40000'])(
  'a retention of %j stops the start with an error that names it',
  (days) => {
    expect(() => readSettings(aggregateSettingsSchema, { TALLY_RETENTION_DAYS: days })).toThrow(
      /TALLY_RETENTION_DAYS: must/,
    );
  },
);
