import { decode } from 'bmp-ts';

export interface Bitmap {
  /** Four bytes a pixel: red, green, blue, and one without meaning; rows from the top. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Plain pixels, and pixels with masks saying which bits are which colour. Run-length packing isn't among them. */
const readableCompressions = new Set([0, 3, 6]);

/** Not 4 bits: the decoder loses lines of images of odd width, and no photo has 16 colours. */
const readableDepths = new Set([1, 8, 16, 24, 32]);

/**
 * Decodes a BMP. Its header is looked at first: the decoder allocates whatever size it claims, and decodes wrongly, without a
 * word, what isn't among the readable forms.
 * @throws Error when damaged, truncated, of another form, or of more than `maxPixels`
 */
export function decodeBmp(bytes: Uint8Array, maxPixels: number): Bitmap {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = header.getUint32(18, true) * Math.abs(header.getInt32(22, true));
  // Of no width it would go through up to four thousand million rows all the same.
  if (pixels === 0 || pixels > maxPixels) throw new Error(`${pixels} pixels`);
  const depth = header.getUint16(28, true);
  const compression = header.getUint32(30, true);
  if (!readableDepths.has(depth) || !readableCompressions.has(compression)) {
    throw new Error(`BMP of ${depth} bits and compression ${compression}`);
  }
  // It makes room for a palette of as many colours as are claimed, before it looks for them.
  if (header.getUint32(46, true) * 4 > bytes.byteLength) throw new Error('BMP with more colours than it holds');
  // Padding of rows not counted: some writers leave out the last one's.
  if ((pixels * depth) / 8 > bytes.byteLength) throw new Error('BMP is truncated');
  const { data, width, height } = decode(Buffer.from(bytes));
  // The decoder gives A, B, G, R; its own switch for R, G, B, A mixes up the colours of images with a palette.
  return { data: data.swap32(), width, height };
}
