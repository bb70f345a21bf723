import type { ItemError } from '@tally/contracts';

/** A code is a word to group by; an item's message stands in a row beside those of up to a hundred others. */
const CODE_MAX_CHARS = 100;
const MESSAGE_MAX_CHARS = 500;
/** A run's own message stands alone; what a person writes has as much room. */
const RUN_MESSAGE_MAX_CHARS = 4_000;

/** An item's error, in which an endpoint's own words may be, as it is kept. */
export function cutItemError({ code, message }: ItemError): ItemError {
  return { code: cut(code, CODE_MAX_CHARS), message: cut(message, MESSAGE_MAX_CHARS) };
}

/** The same for the error of a run. */
export function cutRunFailure({ code, message }: ItemError): ItemError {
  return { code: cut(code, CODE_MAX_CHARS), message: cut(message, RUN_MESSAGE_MAX_CHARS) };
}

/** Half a character at the cut becomes the sign for one that is none: text of halves can't be written. */
function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`.toWellFormed();
}
