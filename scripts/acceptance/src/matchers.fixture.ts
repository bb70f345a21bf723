import { expect } from 'vitest';

/** Matchers as values of no type: a place where anything of a kind may stand. */
export const anyText: unknown = expect.any(String);
export const anyNumber: unknown = expect.any(Number);

export function textLike(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

export function objectWith(fields: Readonly<Record<string, unknown>>): unknown {
  return expect.objectContaining(fields);
}

export function listWith(entries: readonly unknown[]): unknown {
  return expect.arrayContaining([...entries]);
}
