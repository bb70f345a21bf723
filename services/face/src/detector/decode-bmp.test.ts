import { describe, expect, it } from 'vitest';
import { readBmpHeader } from './bmp-header.ts';
import { decodeBmp } from './decode-bmp.ts';

interface Form {
  readonly bits: number;
  readonly width: number;
  /** 12: OS/2's first; 16 to 64: its second; 40: Windows'; 108 and 124: Windows' later ones. */
  readonly headerBytes?: number;
  readonly topDown?: boolean;
  readonly compression?: number;
  readonly masks?: readonly number[];
  /** Each of one row, padded to four bytes: an all red row and an all blue one. */
  readonly red: readonly number[];
  readonly blue: readonly number[];
}

/**
 * A BMP of two rows, red above blue, built by the format's specification. Palette colours with even numbers
 * are red, with odd numbers blue.
 */
function makeBmp(form: Form): Buffer {
  const { bits, width, headerBytes = 40, topDown = false, compression = 0, masks = [], red, blue } = form;
  const isCore = headerBytes === 12;
  const colours = bits <= 8 ? 2 ** bits : 0;
  const palette = Array.from({ length: colours }, (_, index) => {
    const entry = index % 2 === 0 ? [0, 0, 255] : [255, 0, 0];
    return isCore ? entry : [...entry, 0];
  }).flat();
  // Behind a header of 40 bytes, or inside a longer one: the place is the same.
  const maskBytes = headerBytes === 40 ? masks.length * 4 : 0;
  const header = Buffer.alloc(Math.max(14 + headerBytes + maskBytes, 70));
  header.write('BM');
  header.writeUInt32LE(14 + headerBytes + maskBytes + palette.length, 10);
  header.writeUInt32LE(headerBytes, 14);
  if (isCore) {
    for (const [index, value] of [width, 2, 1, bits].entries()) header.writeUInt16LE(value, 18 + index * 2);
  } else {
    header.writeInt32LE(width, 18);
    header.writeInt32LE(topDown ? -2 : 2, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(bits, 28);
    header.writeUInt32LE(compression, 30);
    header.writeUInt32LE(colours, 46);
    for (const [index, mask] of masks.entries()) header.writeUInt32LE(mask, 54 + index * 4);
  }
  const rows = topDown ? [...red, ...blue] : [...blue, ...red];
  return Buffer.from([...header.subarray(0, 14 + headerBytes + maskBytes), ...palette, ...rows]);
}

const read = (bytes: Uint8Array) => decodeBmp(bytes, readBmpHeader(bytes));

const repeat = (times: number, ...bytes: number[]): number[] => Array.from({ length: times }, () => bytes).flat();

/** Five bits a colour reach only 248. */
function nameOf([red = 0, green = 0, blue = 0]: Uint8Array): string {
  if (red > 240 && green + blue === 0) return 'red';
  return blue > 240 && red + green === 0 ? 'blue' : 'another';
}

const forms: [string, Form][] = [
  ['1 bit', { bits: 1, width: 10, red: [0, 0, 0, 0], blue: [255, 255, 0, 0] }],
  [
    '2 bits',
    { bits: 2, width: 5, red: [0b00_10_00_10, 0b00_01_01_01, 0, 0], blue: [0b01_11_01_11, 0b01_00_00_00, 0, 0] },
  ],
  ['4 bits', { bits: 4, width: 8, red: repeat(4, 0x02), blue: repeat(4, 0x13) }],
  ['4 bits, odd width', { bits: 4, width: 5, red: [0x20, 0xe0, 0x41, 0], blue: [0x13, 0xff, 0x10, 0] }],
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
  [
    '16 bits with masks',
    {
      bits: 16,
      width: 2,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      red: repeat(2, 0, 0xf8),
      blue: repeat(2, 0x1f, 0),
    },
  ],
  [
    '32 bits with masks inside a long header',
    {
      bits: 32,
      width: 2,
      headerBytes: 124,
      compression: 3,
      masks: [0xff000000, 0xff0000, 0xff00, 0xff],
      red: repeat(2, 9, 0, 0, 255),
      blue: repeat(2, 9, 255, 0, 0),
    },
  ],
  ['1 bit of OS/2', { bits: 1, width: 10, headerBytes: 12, red: [0, 0, 0, 0], blue: [255, 255, 0, 0] }],
  ['4 bits of OS/2', { bits: 4, width: 5, headerBytes: 12, red: [0x20, 0xe0, 0x41, 0], blue: [0x13, 0xff, 0x10, 0] }],
  ['8 bits of OS/2', { bits: 8, width: 5, headerBytes: 12, red: repeat(8, 2), blue: repeat(8, 3) }],
  ['24 bits of OS/2', { bits: 24, width: 4, headerBytes: 12, red: repeat(4, 0, 0, 255), blue: repeat(4, 255, 0, 0) }],
  ['8 bits of OS/2 2', { bits: 8, width: 8, headerBytes: 64, red: repeat(8, 0), blue: repeat(8, 1) }],
  ['8 bits of OS/2 2, cut short', { bits: 8, width: 8, headerBytes: 16, red: repeat(8, 0), blue: repeat(8, 1) }],
];

describe('a BMP', () => {
  it.each(forms)('of %s is decoded', (_name, form) => {
    const { data, width, height } = read(makeBmp(form));
    expect([width, height]).toEqual([form.width, 2]);
    const colours = Array.from({ length: width * 2 }, (_, index) => nameOf(data.subarray(index * 3, index * 3 + 3)));
    expect(colours).toEqual([
      ...Array.from({ length: width }, () => 'red'),
      ...Array.from({ length: width }, () => 'blue'),
    ]);
  });

  const plain: Form = { bits: 8, width: 8, red: repeat(8, 0), blue: repeat(8, 1) };

  it.each<[string, Form, string]>([
    ['run-length packing of 8 bits', { ...plain, compression: 1 }, 'unsupported compression (1)'],
    ['run-length packing of 4 bits', { ...plain, bits: 4, compression: 2 }, 'unsupported compression (2)'],
    ['a JPEG inside', { ...plain, compression: 4 }, 'unsupported compression (4)'],
    ["OS/2's own packing", { ...plain, headerBytes: 64, compression: 3 }, 'unsupported compression (3)'],
    ['3 bits', { ...plain, bits: 3 }, 'of 3 bits a pixel'],
    ['a header of another length', { ...plain, headerBytes: 200 }, 'unknown header of 200 bytes'],
    ['missing rows', { ...plain, blue: [] }, 'fewer pixels than it claims'],
  ])('of %s is refused with an error that says so', (_name, form, words) => {
    expect(() => read(makeBmp(form))).toThrow(words);
  });

  // Each would keep the decoder busy, or fill its memory, before the fault is found. The lists give numbers
  // of the header with their places.
  it.each<[string, readonly [at: number, value: number][], string]>([
    [
      'no width, and two thousand million rows',
      [
        [18, 0],
        [22, 0x7fffffff],
      ],
      'a BMP of 0 x 2147483647 pixels',
    ],
    ['no height', [[22, 0]], 'a BMP of 8 x 0 pixels'],
    ['more rows than it holds', [[22, 1_000]], 'fewer pixels than it claims'],
    ['pixels inside its header', [[10, 20]], 'begin inside its header'],
  ])('that claims %s is refused by its header', (_name, claims, reason) => {
    const bytes = makeBmp(plain);
    for (const [at, value] of claims) bytes.writeUInt32LE(value, at);
    expect(() => readBmpHeader(bytes)).toThrow(reason);
  });

  it('that claims a palette of thirty million colours gets the colours that it holds', () => {
    const bytes = makeBmp(plain);
    bytes.writeUInt32LE(30_000_000, 46);
    expect(read(bytes)).toMatchObject({ width: 8, height: 2 });
  });
});
