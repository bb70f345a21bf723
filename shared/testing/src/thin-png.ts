import { crc32, deflateSync } from 'node:zlib';

/**
 * A 16-bit RGBA PNG of black, transparent pixels, as small as such a file can be. With a height of one row it
 * is complete. Otherwise it holds only its first row, which is enough for code that reads the header.
 */
export function thinPng(width: number, height: number, interlace: 0 | 1 = 0): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 6, 0, 0, interlace], 8);
  const pixels = deflateSync(Buffer.alloc(1 + width * 8), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
