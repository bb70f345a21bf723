import { withoutSecrets } from '@tally/contracts';
import * as z from 'zod';

/** An item's error is kept in its chunk's row beside 31 others, so a few lines are enough. */
const MAX_CHARS = 300;

const wordsSchema = z.object({ code: z.coerce.string().optional(), message: z.string().optional() });

/**
 * Azure's error body. Its gateways sometimes leave out the envelope or the code. The Face service puts the
 * reason into `innererror`.
 */
const errorBodySchema = z.union([
  z.object({ error: wordsSchema.extend({ innererror: wordsSchema.optional() }) }).transform(({ error }) => error),
  wordsSchema.extend({ innererror: wordsSchema.optional() }),
]);

/** What an endpoint said about an error. */
export interface EndpointWords {
  /** From outer to inner. */
  readonly codes: readonly string[];
  /** The innermost message; empty when there is none. */
  readonly message: string;
}

export function readErrorWords(body: unknown): EndpointWords {
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) return { codes: [], message: typeof body === 'string' ? forPeople(body) : '' };
  const { code, message, innererror } = parsed.data;
  const codes = [code, innererror?.code].filter((word) => word !== undefined).map(forPeople);
  return { codes, message: forPeople(innererror?.message ?? message ?? '') };
}

/** Makes text fit to keep and log: short, on one line, and without the secrets of URLs in it. */
export function forPeople(text: string): string {
  const line = withoutSecrets(text).replace(/\s+/g, ' ').trim();
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1)}…`;
}
