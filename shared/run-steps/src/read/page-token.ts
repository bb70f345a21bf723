import type * as z from 'zod';

/** A continuation token, or an id made like one, that this version of Tally hasn't issued. */
export class InvalidTokenError extends Error {
  override readonly name = 'InvalidTokenError';
}

/**
 * The longest token that is read: a run id of 256 characters, each escaped, in base64url, and room for the
 * rest.
 */
const TOKEN_MAX_CHARS = 4_096;

/**
 * A place in a list, as text that can stand in a URL. It is opaque to clients and may look different in the
 * next version.
 */
export function encodeToken(place: unknown): string {
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
}

/** @throws InvalidTokenError where the text isn't one of {@link encodeToken}'s */
export function decodeToken<Schema extends z.ZodType>(schema: Schema, token: string): z.output<Schema> {
  const parsed = schema.safeParse(token.length > TOKEN_MAX_CHARS ? undefined : jsonOf(token));
  if (!parsed.success) throw new InvalidTokenError('not a token of this list', { cause: parsed.error });
  return parsed.data;
}

function jsonOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
