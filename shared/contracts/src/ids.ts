import { z } from 'zod';

/** Longest run id: the bound of Durable's clients; with generation, stage and shard it stays far below a table key's 512 characters. */
export const RUN_ID_MAX_CHARS = 256;

/**
 * A run id as Durable's clients allow it: 1 to 256 characters, not starting with `@`, and none of `/ \ # ?` or
 * control characters, which a table key can't hold.
 */
export const runIdSchema = z
  .string()
  .min(1, 'a run id needs at least 1 character')
  .max(RUN_ID_MAX_CHARS, `a run id has at most ${RUN_ID_MAX_CHARS} characters`)
  .refine((id) => !id.startsWith('@'), 'a run id must not start with "@"')
  .refine((id) => !/[/\\#?\p{Cc}]/u.test(id), 'a run id must not hold "/", "\\", "#", "?" or control characters');

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

/** W3C Trace Context, version 00: `00-<32 hex trace id>-<16 hex parent id>-<2 hex flags>`. */
export const traceparentSchema = z
  .string()
  .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'not a W3C traceparent');
