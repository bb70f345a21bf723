import { describe, expect, it } from 'vitest';
import { decodeBmp } from './decode-bmp.ts';

interface Form {
  readonly bits: number;
  readonly width: number;
  readonly topDown?: boolean;
  readonly compression?: number;
  /** Of one row, padded to four bytes: an all red one and an all blue one. */
  readonly red: readonly number[];
  readonly blue: readonly number[];
}

/** A BMP of two rows, red above blue, put together by the format's book. Palette colours of even number are red, of odd blue. */
function makeBmp({ bits, width, topDown = false, compression = 0, red, blue }: Form): Buffer {
  const colours = bits <= 8 ? 2 ** bits : 0;
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54 + colours * 4, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(topDown ? -2 : 2, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(colours, 46);
  const palette = Array.from({ length: colours }, (_, index) => (index % 2 === 0 ? [0, 0, 255, 0] : [255, 0, 0, 0]));
  const rows = topDown ? [...red, ...blue] : [...blue, ...red];
  return Buffer.from([...header, ...palette.flat(), ...rows]);
}

const repeat = (times: number, ...bytes: number[]): number[] => Array.from({ length: times }, () => bytes).flat();

/** Five bits a colour reach 248. */
function nameOf([red = 0, green = 0, blue = 0]: Uint8Array): string {
  if (red > 240 && green + blue === 0) return 'red';
  return blue > 240 && red + green === 0 ? 'blue' : 'another';
}

const forms: [string, Form][] = [
  ['1 bit', { bits: 1, width: 10, red: [0, 0, 0, 0], blue: [255, 255, 0, 0] }],
  ['8 bits', { bits: 8, width: 8, red: repeat(8, 0), blue: repeat(8, 1) }],
  ['8 bits, odd width', { bits: 8, width: 5, red: repeat(8, 2), blue: repeat(8, 3) }],
  ['8 bits from the top', { bits: 8, width: 8, topDown: true, red: repeat(8, 0), blue: repeat(8, 1) }],
  ['16 bits', { bits: 16, width: 8, red: repeat(8, 0, 0x7c), blue: repeat(8, 0x1f, 0) }],
  ['24 bits', { bits: 24, width: 8, red: repeat(8, 0, 0, 255), blue: repeat(8, 255, 0, 0) }],
  [
    '24 bits, odd width',
    { bits: 24, width: 3, red: [...repeat(3, 0, 0, 255), 9, 9, 9], blue: [...repeat(3, 255, 0, 0), 9, 9, 9] },
  ],
  [
    '32 bits from the top',
    { bits: 32, width: 3, topDown: true, red: repeat(3, 0, 0, 255, 0), blue: repeat(3, 255, 0, 0, 0) },
  ],
];

describe('a BMP', () => {
  it.each(forms)('of %s is decoded', (_name, form) => {
    const { data, width, height } = decodeBmp(makeBmp(form), 1000);
    expect([width, height]).toEqual([form.width, 2]);
    const colours = Array.from({ length: width * 2 }, (_, index) => nameOf(data.subarray(index * 4, index * 4 + 3)));
    expect(colours).toEqual([
      ...Array.from({ length: width }, () => 'red'),
      ...Array.from({ length: width }, () => 'blue'),
    ]);
  });

  const plain: Form = { bits: 8, width: 8, red: repeat(8, 0), blue: repeat(8, 1) };

  it.each<[string, Form]>([
    ['run-length packing of 8 bits', { ...plain, compression: 1 }],
    ['run-length packing of 4 bits', { ...plain, bits: 4, compression: 2 }],
    ['4 bits', { ...plain, bits: 4 }],
    ['a JPEG inside', { ...plain, compression: 4 }],
    ['2 bits', { ...plain, bits: 2 }],
    ['missing rows', { ...plain, blue: [] }],
  ])('of %s is refused, not decoded wrongly', (_name, form) => {
    expect(() => decodeBmp(makeBmp(form), 1000)).toThrow(Error);
  });

  it('of more pixels than allowed is refused by its header', () => {
    expect(() => decodeBmp(makeBmp(plain), 15)).toThrow('16 pixels');
    expect(decodeBmp(makeBmp(plain), 16).width).toBe(8);
  });

  // Each would keep the decoder busy, or its memory full, before it finds out. By the numbers of the header, with their places.
  it.each<[string, readonly [at: number, value: number][], string]>([
    [
      'no width, and two thousand million rows',
      [
        [18, 0],
        [22, 0x7fffffff],
      ],
      '0 pixels',
    ],
    ['no height', [[22, 0]], '0 pixels'],
    ['a palette of thirty million colours', [[46, 30_000_000]], 'BMP with more colours than it holds'],
    ['more rows than it holds', [[22, 1_000]], 'BMP is truncated'],
  ])('that claims %s is refused by its header', (_name, claims, reason) => {
    const bytes = makeBmp(plain);
    for (const [at, value] of claims) bytes.writeUInt32LE(value, at);
    expect(() => decodeBmp(bytes, 60_000_000)).toThrow(reason);
  });
});
