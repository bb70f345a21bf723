import type { Json } from '@tally/contracts';

/**
 * Names a list of items, so that a process that computes it again knows whether it is the same (R2). It must
 * detect a change of the chain's function, not an attack. Two 32-bit FNV-1a sums, of the text from both ends,
 * and its length.
 */
export function digestOf(items: readonly Json[]): string {
  const text = JSON.stringify(items);
  let [forth, back] = [0x81_1c_9d_c5, 0x81_1c_9d_c5];
  for (let place = 0; place < text.length; place += 1) {
    forth = Math.imul(forth ^ text.charCodeAt(place), 0x01_00_01_93);
    back = Math.imul(back ^ text.charCodeAt(text.length - 1 - place), 0x01_00_01_93);
  }
  return [forth, back, text.length].map((part) => (part >>> 0).toString(36)).join('-');
}
