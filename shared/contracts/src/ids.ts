import { z } from 'zod';
import { keyText } from './key-text.ts';

/** Longest run id: the bound of Durable's clients. */
export const RUN_ID_MAX_CHARS = 256;

/**
 * Most characters that a run id takes in a table key, where `~` and `'` take three each. A key holds 512; the longest that is made of an id, a shard's
 * partition, has up to 70 more: generation (12), the name of a node (40) and its round (10), the shard's number (4), and what stands between them.
 */
export const RUN_ID_KEY_MAX_CHARS = 440;

/**
 * A slash in a segment of a path stays escaped in the Functions host, and then can't be told from the text `%2F`: what is named in a
 * path holds neither.
 */
export function holdsNoSlash(text: string): boolean {
  return !/\/|%2f/i.test(text);
}

/**
 * A run id as Durable's clients allow it: 1 to 256 characters, not starting with `@`, and none of `/ \ # ?`, control characters or line separators, which a
 * table key can't hold, nor `%2F`. Every key that is made of an id fits.
 */
export const runIdSchema = z
  .string()
  .min(1, 'a run id needs at least 1 character')
  .max(RUN_ID_MAX_CHARS, `a run id has at most ${RUN_ID_MAX_CHARS} characters`)
  .refine((id) => !id.startsWith('@'), 'a run id must not start with "@"')
  .refine(
    (id) => holdsNoSlash(id) && !/[\\#?\p{Cc}\p{Zl}\p{Zp}]/u.test(id),
    'a run id must not hold "/", "%2F", "\\", "#", "?", control characters or line separators',
  )
  .refine((id) => id.isWellFormed(), 'a run id must not hold half a character')
  .refine(
    (id) => keyText(id).length <= RUN_ID_KEY_MAX_CHARS,
    `a run id takes at most ${RUN_ID_KEY_MAX_CHARS} characters where "~" and "'" count as three each`,
  );

/** The id of a child run: the hash of what it is a child of. Callers can't name it so, for theirs don't begin with `@`. */
export const childIdSchema = z.string().regex(/^@[0-9A-Za-z_-]{43}$/, 'a child run has the id "@" and a hash');

/** The id of any run: one that a caller has chosen, or a child's. */
export const anyRunIdSchema = z.union([childIdSchema, runIdSchema]);

/** Most characters of a node's name. */
export const NODE_NAME_MAX_CHARS = 40;

/** The name of a node of a chain: it is in keys, queue names and messages. */
export const nodeNameSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, `a node's name is 1 to ${NODE_NAME_MAX_CHARS} characters of a-z, 0-9 and "-"`);

/** Tells two runs of one id apart: the creation time in milliseconds, base 36. */
export const generationSchema = z
  .string()
  .regex(/^[0-9a-z]{1,12}$/, 'a generation is 1 to 12 characters of 0-9 and a-z');

/** I4: names one sent message; fresh and random for every send. */
export const tokenSchema = z
  .string()
  .regex(/^[0-9A-Za-z_.-]{1,64}$/, 'a token is 1 to 64 characters of 0-9, A-Z, a-z, "_", "." and "-"');

/** The generation of a run that is created at `createdAt` (milliseconds since 1970). */
export function generationOf(createdAt: number): string {
  return createdAt.toString(36);
}

/** The inverse of {@link generationOf}: when a run of the generation was created, in milliseconds since 1970. */
export function createdAtOf(gen: string): number {
  return Number.parseInt(gen, 36);
}

/** W3C Trace Context, version 00: `00-<32 hex trace id>-<16 hex parent id>-<2 hex flags>`. */
export const traceparentSchema = z
  .string()
  .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'not a W3C traceparent');
