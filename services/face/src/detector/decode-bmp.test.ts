import { encode } from 'bmp-ts';
import { expect, test } from 'vitest';
import { decodeBmp } from './decode-bmp.ts';

const image = encode({ data: Buffer.alloc(60 * 40 * 4, 255), width: 60, height: 40, bitPP: 24 }).data;

/** The image with numbers of its header replaced, by their places. */
function claiming(...claims: readonly (readonly [at: number, value: number])[]): Buffer {
  const changed = Buffer.from(image);
  for (const [at, value] of claims) changed.writeUInt32LE(value, at);
  return changed;
}

test('an image of 60 by 40 is decoded', () => {
  expect(decodeBmp(image, 2_400)).toMatchObject({ width: 60, height: 40 });
});

// Each would keep the decoder busy, or its memory full, before it finds out.
test.each([
  ['no width, and two thousand million rows', claiming([18, 0], [22, 0x7fffffff]), '0 pixels'],
  ['no height', claiming([22, 0]), '0 pixels'],
  ['more pixels than allowed', claiming([22, 41]), '2460 pixels'],
  ['a palette of thirty million colours', claiming([46, 30_000_000]), 'BMP with more colours than it holds'],
  ['more rows than it holds', claiming([22, 100]), 'BMP is truncated'],
])('one that claims %s is refused by its header', (_, bytes, reason) => {
  expect(() => decodeBmp(bytes, reason === '2460 pixels' ? 2_400 : 60_000_000)).toThrow(reason);
});
