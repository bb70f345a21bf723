import * as z from 'zod';
import { keyText } from './key-text.ts';

/** Longest run id: the bound of Durable's clients. */
export const RUN_ID_MAX_CHARS = 256;

/**
 * The most characters that a run id may take in a table key. There `~` and `'` take three characters each. A
 * key holds 512. The longest key made of an id is a shard's partition, which adds up to 70 characters:
 * generation (12), node name (40), round (10), shard number (4) and the separators.
 */
export const RUN_ID_KEY_MAX_CHARS = 440;

/**
 * The Functions host leaves a slash in a path segment escaped. It then looks like the text `%2F`. So a name
 * in a path may hold neither.
 */
export function holdsNoSlash(text: string): boolean {
  return !/\/|%2f/i.test(text);
}

/**
 * A run id as Durable's clients allow it: 1 to 256 characters, not starting with `@`. It holds none of
 * `/ \ # ?`, control characters or line separators, since a table key can't hold them, and no `%2F`.
 * Every key made of an id fits.
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

/**
 * The id of a child run: a hash of what it is a child of. Callers can't choose such an id, since theirs don't
 * start with `@`.
 */
export const childIdSchema = z.string().regex(/^@[0-9A-Za-z_-]{43}$/, 'a child run has the id "@" and a hash');

/** The id of any run: one that a caller chose, or a child's. */
export const anyRunIdSchema = z.union([childIdSchema, runIdSchema]);

/** The most characters that a node's name may have. */
export const NODE_NAME_MAX_CHARS = 40;

/** The name of a node of a chain. Keys, queue names and messages contain it. */
export const nodeNameSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, `a node's name is 1 to ${NODE_NAME_MAX_CHARS} characters of a-z, 0-9 and "-"`);

/** Tells two runs with the same id apart: the creation time in milliseconds, base 36. */
export const generationSchema = z
  .string()
  .regex(/^[0-9a-z]{1,12}$/, 'a generation is 1 to 12 characters of 0-9 and a-z');

/** I4: names one sent message. It is new and random for every send. */
export const tokenSchema = z
  .string()
  .regex(/^[0-9A-Za-z_.-]{1,64}$/, 'a token is 1 to 64 characters of 0-9, A-Z, a-z, "_", "." and "-"');

/** The generation of a run created at `createdAt` (milliseconds since 1970). */
export function generationOf(createdAt: number): string {
  return createdAt.toString(36);
}

/**
 * The inverse of {@link generationOf}: when a run of this generation was created, in milliseconds since 1970.
 */
export function createdAtOf(generation: string): number {
  return Number.parseInt(generation, 36);
}

/** W3C Trace Context, version 00: `00-<32 hex trace id>-<16 hex parent id>-<2 hex flags>`. */
export const traceparentSchema = z
  .string()
  .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'not a W3C traceparent');
