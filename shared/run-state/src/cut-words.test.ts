import { expect, it } from 'vitest';
import { cutItemError, cutRunFailure } from './cut-words.ts';

it('text is cut to what fits into a row, without splitting a surrogate pair', () => {
  const endless = '\u{1f600}'.repeat(5_000);
  const item = cutItemError({ code: `x${endless}`, message: `x${endless}` });
  expect([item.code.length, item.message.length]).toEqual([100, 500]);
  const run = cutRunFailure({ code: 'Rejected', message: endless });
  expect([run.code, run.message.length]).toEqual(['Rejected', 4_000]);
  for (const text of [item.code, item.message, run.message]) expect(text.isWellFormed()).toBe(true);
});
