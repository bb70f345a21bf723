import { createHash } from 'node:crypto';
import type { PlaceOfWork } from './work-files.ts';

/**
 * Names a piece of work. The key stays the same over deliveries and tries, and for a rewind that goes on in
 * its round. It differs after a restart. It holds only letters, digits, dots and hyphens, so it fits a row
 * key, a Message-ID and a part of a path. A run's id may hold anything, so the key holds a hash of it.
 */
export function workKey({ runId, generation, node, since, index }: PlaceOfWork): string {
  // 96 bits: in practice no two ids share them.
  const digest = createHash('sha256').update(runId).digest('hex').slice(0, 24);
  return [digest, generation, node, since, ...(index === undefined ? [] : [index])].join('.');
}
