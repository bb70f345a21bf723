import { expect, test } from 'vitest';
import * as z from 'zod';
import { inParts, readSettings, SettingsError } from './settings.ts';

const schema = z.object({ A: z.string(), B: z.coerce.number().max(5, 'must be at most 5') });

test('settings that are missing or wrong are named on one line, since the Functions host logs each further line as an entry of its own', () => {
  const message = 'these settings are missing or wrong: A: is missing; B: must be at most 5';
  expect(() => readSettings(schema, { A: '', B: '9' })).toThrow(new SettingsError(message));
});

test('what is missing is named of all parts in one go, with what else would do', () => {
  const parts = inParts({
    first: schema,
    second: z.object({ C: z.string(), D: z.string().optional() }).superRefine((_, context) => {
      context.addIssue({ code: 'custom', path: ['D'], message: 'is missing: C needs it' });
    }),
    nested: inParts({ third: z.object({ E: z.string() }) }),
  });
  const message =
    'these settings are missing or wrong: A: is missing; B: must be at most 5; D: is missing: C needs it; E: is missing';
  expect(() => readSettings(parts, { B: '9', C: 'c' })).toThrow(new SettingsError(message));
});
