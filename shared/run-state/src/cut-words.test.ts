import { expect, it } from 'vitest';
import { cutItemError, cutRunFailure } from './cut-words.ts';

it('words of any length are cut to what a row has room for, and never to half a character', () => {
  const endless = '\u{1f600}'.repeat(5_000);
  const item = cutItemError({ code: `x${endless}`, message: `x${endless}` });
  expect([item.code.length, item.message.length]).toEqual([100, 500]);
  const run = cutRunFailure({ code: 'Rejected', message: endless });
  expect([run.code, run.message.length]).toEqual(['Rejected', 4_000]);
  for (const text of [item.code, item.message, run.message]) expect(text.isWellFormed()).toBe(true);
});
