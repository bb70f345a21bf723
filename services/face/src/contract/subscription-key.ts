import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether the key sent is the expected one. Both are hashed first: the comparison takes the same time whatever was sent,
 * and lengths needn't agree.
 */
export function keyMatches(sent: string | null, expected: string): boolean {
  return timingSafeEqual(digest(sent ?? ''), digest(expected)) && sent !== null;
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
