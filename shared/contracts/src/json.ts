import * as z from 'zod';

/**
 * A value that `JSON.parse(JSON.stringify(value))` doesn't change. Only such a value may be in a row or a
 * message.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Made once: to make a schema takes many times as long as to check a value. */
export const anyJson: z.ZodType<Json, Json> = z.json();

/**
 * How deep the lists and objects of a JSON text are nested. Brackets in strings don't count. It is a loop
 * because a pattern would run out of stack.
 */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let place = 0; place < text.length; place += 1) {
    const char = text[place];
    if (isInString && char === '\\') place += 1;
    else if (char === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth -= 1;
  }
  return deepest;
}

/**
 * Characters that JSON leaves as they are but no XML document can hold. A queue refuses a message with one.
 */
const NOT_IN_XML = /[\ufffe\uffff]/g;

/**
 * A message's JSON in characters that a queue accepts, whatever an id or a URL holds.
 * @param message a value that JSON can express, and no other
 */
export function messageText(message: unknown): string {
  return JSON.stringify(message).replace(NOT_IN_XML, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
