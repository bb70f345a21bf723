import { expect, test } from 'vitest';
import * as z from 'zod';
import { inParts, readSettings, SettingsError } from './settings.ts';

const schema = z.object({ A: z.string(), B: z.coerce.number().max(5, 'must be at most 5') });

test('missing and wrong settings are named on one line, since the Functions host logs each line as its own entry', () => {
  const message = 'these settings are missing or wrong: A: is missing; B: must be at most 5';
  expect(() => readSettings(schema, { A: '', B: '9' })).toThrow(new SettingsError(message));
});

test('the missing settings of all parts are named at once, with their alternatives', () => {
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
