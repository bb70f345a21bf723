import type { RepairPolicy, WorkMessage } from '@tally/contracts';
import type { SendChunk } from './effects.ts';

/**
 * A number in [0, 1) that stands for a text: of a fresh random token it is a random number. It is FNV-1a of
 * 32 bits with the finalizer of MurmurHash3 on top. FNV alone puts texts that differ in their last character
 * side by side.
 */
export function fractionOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** How long the single items of a chunk are spread over, in milliseconds. */
export function singleSpreadMs({ overdueMs, singleSpreadFactor }: RepairPolicy): number {
  return overdueMs * singleSpreadFactor;
}

/**
 * How long a message of a send stays hidden, in milliseconds. Single items come at a random time before the
 * send's delay is over. An item that takes its worker down finds few others there, and other ones in the next
 * round (I6).
 */
export function delayOf(send: Pick<SendChunk, 'split' | 'delayMs'>, message: Pick<WorkMessage, 'tok'>): number {
  return send.split ? Math.floor(fractionOf(message.tok) * send.delayMs) : send.delayMs;
}
