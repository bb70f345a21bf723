import type { ItemError } from '@tally/contracts';

/** A code is a word to group by. An item's message shares a row with those of up to a hundred others. */
const CODE_MAX_CHARS = 100;
const MESSAGE_MAX_CHARS = 500;
/** A run's own message stands alone, so it gets as much room as a text that a person writes. */
const RUN_MESSAGE_MAX_CHARS = 4_000;

/** An item's error as it is kept. It may contain an endpoint's own words. */
export function cutItemError({ code, message }: ItemError): ItemError {
  return { code: cut(code, CODE_MAX_CHARS), message: cut(message, MESSAGE_MAX_CHARS) };
}

/** The same for the error of a run. */
export function cutRunFailure({ code, message }: ItemError): ItemError {
  return { code: cut(code, CODE_MAX_CHARS), message: cut(message, RUN_MESSAGE_MAX_CHARS) };
}

/**
 * A surrogate pair that the cut splits becomes the replacement character: text with lone surrogates can't be
 * written.
 */
function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`.toWellFormed();
}
