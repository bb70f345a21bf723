import { expect } from 'vitest';

/** Matchers with the type unknown, for places where any value of a kind is allowed. */
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
