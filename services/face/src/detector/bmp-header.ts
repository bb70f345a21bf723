/** Where and how a BMP stores its pixels. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** True when the first row is the upper one; usually it is the lowest. */
  readonly fromTop: boolean;
  readonly bitsPerPixel: number;
  /** Where the pixels begin. */
  readonly pixels: number;
  /** Bytes of a row, a multiple of four. */
  readonly stride: number;
  readonly colours: Palette | Masks;
}

/**
 * Up to 8 bits a pixel. Each pixel is the number of a colour. The colours are stored as blue, green, red from
 * `start` on.
 */
export interface Palette {
  readonly kind: 'palette';
  readonly start: number;
  readonly count: number;
  readonly entryBytes: 3 | 4;
}

/** The bits of a pixel for each colour. */
export interface Masks {
  readonly kind: 'masks';
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

const fileHeaderBytes = 14;

/**
 * The header of OS/2 1.x. OS/2's later header and all of Windows' begin with the fields of
 * `plainHeaderBytes`.
 */
const coreHeaderBytes = 12;
const plainHeaderBytes = 40;

/** The longest of Windows' headers: BITMAPV5HEADER. */
const longestHeaderBytes = 124;

const usualMasks: Readonly<Record<number, Masks>> = {
  16: { kind: 'masks', red: 0x7c00, green: 0x3e0, blue: 0x1f },
  24: { kind: 'masks', red: 0xff0000, green: 0xff00, blue: 0xff },
  32: { kind: 'masks', red: 0xff0000, green: 0xff00, blue: 0xff },
};

/**
 * Reads the header, and rejects whatever the file can't hold.
 * @throws Error that says what the file is or lacks
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < fileHeaderBytes + coreHeaderBytes) throw new Error('a BMP cut off in its header');
  const headerBytes = view.getUint32(14, true);
  const isCore = headerBytes === coreHeaderBytes;
  const isKnown = isCore || (headerBytes >= 16 && headerBytes <= longestHeaderBytes);
  if (!isKnown) throw new Error(`a BMP with an unknown header of ${headerBytes} bytes`);
  const headerEnd = fileHeaderBytes + headerBytes;
  if (view.byteLength < headerEnd) throw new Error('a BMP cut off in its header');

  /** A field of the longer headers. A short header leaves out the later fields, which are then 0. */
  const field = (at: number): number => (!isCore && at + 4 <= headerEnd ? view.getUint32(at, true) : 0);
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0) throw new Error(`a BMP of ${width} x ${height} pixels`);
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true);
  const compression = field(30);
  // OS/2 2.x numbers its compressions differently from 3 on.
  const hasMasks = headerBytes >= plainHeaderBytes && headerBytes !== 64 && (compression === 3 || compression === 6);
  if (compression !== 0 && !hasMasks) throw new Error(`a BMP with an unsupported compression (${compression})`);
  const masksEnd = hasMasks ? Math.max(headerEnd, 54 + (compression === 6 ? 16 : 12)) : headerEnd;

  const pixels = view.getUint32(10, true);
  if (pixels < masksEnd) throw new Error('a BMP whose pixels begin inside its header');
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  // Some writers leave out the padding of the last row.
  const end = pixels + stride * (height - 1) + Math.ceil((width * bitsPerPixel) / 8);
  if (end > view.byteLength) throw new Error('a BMP with fewer pixels than it claims');

  const layout = { width, height, fromTop: signedHeight < 0, bitsPerPixel, pixels, stride };
  if (hasMasks && (bitsPerPixel === 16 || bitsPerPixel === 32)) {
    const mask = (at: number): number => view.getUint32(at, true);
    return { ...layout, colours: { kind: 'masks', red: mask(54), green: mask(58), blue: mask(62) } };
  }
  const masks = usualMasks[bitsPerPixel];
  if (masks !== undefined) return { ...layout, colours: masks };
  if (![1, 2, 4, 8].includes(bitsPerPixel)) throw new Error(`a BMP of ${bitsPerPixel} bits a pixel`);
  const entryBytes = isCore ? 3 : 4;
  const room = Math.floor((pixels - masksEnd) / entryBytes);
  const count = Math.min(field(46) || 2 ** bitsPerPixel, 2 ** bitsPerPixel, room);
  return { ...layout, colours: { kind: 'palette', start: masksEnd, count, entryBytes } };
}
