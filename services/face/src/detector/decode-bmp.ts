import type { BmpHeader, Masks, Palette } from './bmp-header.ts';
import type { Raster } from './raster.ts';

/**
 * Decodes a BMP by its header. It supports Windows' and OS/2's formats of 1, 2, 4, 8, 16, 24 and 32 bits a
 * pixel, not run-length encoded. Transparency is ignored. The caller must check the size.
 * @returns a raster of `width * height * 3` bytes
 */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): Raster {
  const { width, height, colours } = header;
  const data = new Uint8Array(width * height * 3);
  const fill = colours.kind === 'palette' ? paletteFiller(bytes, header, colours) : maskFiller(bytes, header, colours);
  for (let row = 0; row < height; row += 1) {
    const stored = header.fromTop ? row : height - 1 - row;
    fill(header.pixels + stored * header.stride, data.subarray(row * width * 3, (row + 1) * width * 3));
  }
  return { data, width, height };
}

/** Fills one row. `start` is the row's offset in the file. */
type RowFiller = (start: number, row: Uint8Array) => void;

function paletteFiller(bytes: Uint8Array, { bitsPerPixel, width }: BmpHeader, palette: Palette): RowFiller {
  // Red, green, blue of each colour number; black where the file has no colour for it.
  const table = new Uint8Array(2 ** bitsPerPixel * 3);
  for (let number = 0; number < palette.count; number += 1) {
    const at = palette.start + number * palette.entryBytes;
    table.set([bytes[at + 2] ?? 0, bytes[at + 1] ?? 0, bytes[at] ?? 0], number * 3);
  }
  const perByte = 8 / bitsPerPixel;
  const lowBits = 2 ** bitsPerPixel - 1;
  return (start, row) => {
    for (let x = 0; x < width; x += 1) {
      const byte = bytes[start + Math.floor(x / perByte)] ?? 0;
      // The leftmost pixel is in the highest bits.
      const number = (byte >> (8 - bitsPerPixel - (x % perByte) * bitsPerPixel)) & lowBits;
      row[x * 3] = table[number * 3] ?? 0;
      row[x * 3 + 1] = table[number * 3 + 1] ?? 0;
      row[x * 3 + 2] = table[number * 3 + 2] ?? 0;
    }
  };
}

function maskFiller(bytes: Uint8Array, { bitsPerPixel, width }: BmpHeader, masks: Masks): RowFiller {
  const pixelBytes = bitsPerPixel / 8;
  const [red, green, blue] = [channelReader(masks.red), channelReader(masks.green), channelReader(masks.blue)];
  return (start, row) => {
    for (let x = 0; x < width; x += 1) {
      const at = start + x * pixelBytes;
      let pixel = 0;
      for (let byte = pixelBytes - 1; byte >= 0; byte -= 1) pixel = (pixel << 8) | (bytes[at + byte] ?? 0);
      row[x * 3] = red(pixel);
      row[x * 3 + 1] = green(pixel);
      row[x * 3 + 2] = blue(pixel);
    }
  };
}

/** Reads the bits under a mask as 0 to 255. A mask without bits gives 0. */
function channelReader(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most);
}
