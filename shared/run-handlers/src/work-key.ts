import { createHash } from 'node:crypto';
import type { PlaceOfWork } from './work-files.ts';

/**
 * Names a piece of work: the same over deliveries and tries, and for a rewind that goes on in its round; another after a restart. Letters, digits, dots and
 * hyphens only: a row key, a Message-ID, a part of a path. A run's id is in it as a hash, for it may hold anything.
 */
export function workKey({ runId, gen, node, since, index }: PlaceOfWork): string {
  // 96 bits: no two ids are found that share them.
  const digest = createHash('sha256').update(runId).digest('hex').slice(0, 24);
  return [digest, gen, node, since, ...(index === undefined ? [] : [index])].join('.');
}
