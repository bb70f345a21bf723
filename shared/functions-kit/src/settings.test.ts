import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSettings, SettingsError } from './settings.ts';

const schema = z.object({ A: z.string(), B: z.coerce.number().max(5, 'must be at most 5') });

test('settings that are missing or wrong are named on one line, since the Functions host logs each further line as an entry of its own', () => {
  const message = 'these settings are missing or wrong: A: is missing; B: must be at most 5';
  expect(() => readSettings(schema, { A: '', B: '9' })).toThrow(new SettingsError(message));
});
