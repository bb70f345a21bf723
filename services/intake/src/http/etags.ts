import { createHash } from 'node:crypto';

/** Of what an answer shows. Weak: what moves with the clock is left out of it, and is no news by itself. */
export function etagOf(lasting: unknown): string {
  return `W/"${createHash('sha256').update(JSON.stringify(lasting)).digest('base64url').slice(0, 22)}"`;
}

/** Whether the caller has what a tag stands for. */
export function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''));
}
