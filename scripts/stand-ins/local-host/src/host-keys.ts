import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { HttpFunction } from './function-registry.ts';

/**
 * Keys that allow calls to the app's functions. Without any key, every caller that reaches the port may call.
 */
export interface HostKeys {
  /** Works like a host key: it allows every function. */
  readonly full: readonly string[];
  /**
   * Works like a function key that is set, with one value, at every function that answers only GET and HEAD.
   */
  readonly read: readonly string[];
}

const entrySchema = z
  .string()
  .regex(/^(?:full|read)=[!-~]+$/, 'must be full=<key>;read=<key>, in either order, of visible ASCII characters')
  .transform((entry) => ({ kind: entry.slice(0, 4), key: entry.slice('full='.length) }));

/** `full=<key>;read=<key>`. Each kind may appear several times, or not at all. */
export const hostKeysSchema = z
  .string()
  .transform((text) => text.split(';').filter((entry) => entry !== ''))
  .pipe(z.array(entrySchema))
  .transform((entries): HostKeys => {
    const of = (kind: string) => entries.filter((entry) => entry.kind === kind).map(({ key }) => key);
    return { full: of('full'), read: of('read') };
  });

/**
 * Whether a request may call the function. The key comes from the header `x-functions-key`, or else from
 * `code` in the query, as in the official host.
 */
export function isAllowed(
  { full, read }: HostKeys,
  { trigger }: Pick<HttpFunction, 'trigger'>,
  header: string | string[] | undefined,
  code: string | undefined,
): boolean {
  if (full.length + read.length === 0 || trigger.authLevel === 'anonymous') return true;
  const given = typeof header === 'string' ? header : (code ?? '');
  const isReader =
    trigger.authLevel === 'function' && trigger.methods.every((method) => method === 'GET' || method === 'HEAD');
  return isAnyOf(given, isReader ? [...full, ...read] : full);
}

/** Its duration reveals nothing about the keys: the digests have one length, and every key is compared. */
function isAnyOf(given: string, keys: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return keys.filter((key) => timingSafeEqual(digest(given), digest(key))).length > 0;
}
