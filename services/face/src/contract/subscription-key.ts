import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Tells whether the sent key is the expected one. Both are hashed first, so the comparison takes the same
 * time whatever was sent, and the lengths may differ.
 */
export function keyMatches(sent: string | null, expected: string): boolean {
  return timingSafeEqual(digest(sent ?? ''), digest(expected)) && sent !== null;
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
