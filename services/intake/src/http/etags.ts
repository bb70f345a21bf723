import { createHash } from 'node:crypto';

/**
 * The tag of what an answer shows. It is weak: values that change with the clock are left out, because they
 * are no news by themselves.
 */
export function etagOf(lasting: unknown): string {
  return `W/"${createHash('sha256').update(JSON.stringify(lasting)).digest('base64url').slice(0, 22)}"`;
}

/**
 * Tells whether the caller already has the content of a tag. Tags are compared weakly, as If-None-Match
 * requires: a proxy that compresses an answer marks its tag as weak.
 */
export function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''));
}
