import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { thinPng } from '@tally/testing';
import { encode as encodeBmp } from 'bmp-ts';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { decodeImage } from './decode-image.ts';

// Guards against a hang: a busy machine may take long for megapixels and threads.
vi.setConfig({ testTimeout: 60_000 });

const photo = readFileSync(createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample1.jpg'));

/** A picture of 80 x 40, its left half red and its right half blue. */
function halves(): Sharp {
  const blue = { create: { width: 40, height: 40, channels: 3, background: '#0000ff' } } as const;
  return sharp({ create: { width: 80, height: 40, channels: 3, background: '#ff0000' } }).composite([
    { input: blue, left: 40, top: 0 },
  ]);
}

/** The colour at a relative position in width and height. */
async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<'red' | 'blue' | 'other'> {
  const { raster } = await decodeImage(bytes);
  expect(raster.data.length).toBe(raster.width * raster.height * 3);
  const start = (Math.floor(y * raster.height) * raster.width + Math.floor(x * raster.width)) * 3;
  const [red = 0, green = 0, blue = 0] = raster.data.subarray(start, start + 3);
  // A clear lead is enough: CMYK has no pure blue.
  if (red > Math.max(green, blue) + 60) return 'red';
  return blue > Math.max(red, green) + 60 ? 'blue' : 'other';
}

async function bmp(bitPP: 24 | 32, image = halves()): Promise<Uint8Array> {
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  // The encoder expects A, B, G, R.
  return encodeBmp({ data: data.swap32(), width: info.width, height: info.height, bitPP }).data;
}

describe('an image is decoded', () => {
  it.each([
    ['JPEG', () => halves().jpeg({ quality: 95 }).toBuffer()],
    ['progressive JPEG', () => halves().jpeg({ quality: 95, progressive: true }).toBuffer()],
    ['CMYK JPEG', () => halves().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()],
    ['PNG', () => halves().png().toBuffer()],
    ['PNG with alpha', () => halves().ensureAlpha(0.5).png().toBuffer()],
    ['16-bit PNG', () => halves().toColourspace('rgb16').png().toBuffer()],
    ['palette PNG', () => halves().png({ palette: true }).toBuffer()],
    ['GIF', () => halves().gif().toBuffer()],
    ['24-bit BMP', () => bmp(24)],
    ['32-bit BMP', () => bmp(32)],
    ['WebP', () => halves().webp({ quality: 95 }).toBuffer()],
    ['lossless WebP with alpha', () => halves().ensureAlpha(0.5).webp({ lossless: true }).toBuffer()],
    ['AVIF', () => halves().avif({ quality: 90, effort: 0 }).toBuffer()],
    [
      '10-bit AVIF',
      () => halves().avif({ quality: 90, effort: 0, bitdepth: 10, chromaSubsampling: '4:4:4' }).toBuffer(),
    ],
    ['JPEG without its end marker', async () => (await halves().jpeg({ quality: 95 }).toBuffer()).subarray(0, -2)],
    ['JPEG with half an end marker', async () => (await halves().jpeg({ quality: 95 }).toBuffer()).subarray(0, -1)],
    [
      'progressive JPEG without its end marker',
      async () => (await halves().jpeg({ quality: 95, progressive: true }).toBuffer()).subarray(0, -2),
    ],
  ])('%s', async (_format, encode) => {
    const bytes = await encode();
    expect(await colourAt(bytes, 0.1, 0.5)).toBe('red');
    expect(await colourAt(bytes, 0.9, 0.5)).toBe('blue');
    expect(await decodeImage(bytes)).toMatchObject({ width: 80, height: 40 });
  });

  it('to three channels if it is grey', async () => {
    const grey = await halves().greyscale().png().toBuffer();
    const { raster } = await decodeImage(grey);
    expect(raster.data.length).toBe(80 * 40 * 3);
  });

  it('upright, by its EXIF orientation', async () => {
    // 6: the camera was held so that the stored left side is the upright top.
    const turned = await halves().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    expect(await decodeImage(turned)).toMatchObject({ width: 40, height: 80, raster: { width: 40, height: 80 } });
    expect(await colourAt(turned, 0.5, 0.1)).toBe('red');
    expect(await colourAt(turned, 0.5, 0.9)).toBe('blue');
  });

  it('by its first frame if it is animated', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = [await frame('#ff0000'), await frame('#0000ff')];
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    expect(await colourAt(moving, 0.5, 0.5)).toBe('red');
    expect(await decodeImage(moving)).toMatchObject({ width: 40, height: 40 });
  });

  it('to a bounded raster if it is large, with its original size', async () => {
    const large = await sharp({ create: { width: 5000, height: 2500, channels: 3, background: '#123456' } })
      .jpeg()
      .toBuffer();
    expect(await decodeImage(large)).toMatchObject({
      width: 5000,
      height: 2500,
      raster: { width: 2048, height: 1024 },
    });
  });
});

describe('an image is refused as InvalidImage', () => {
  const blank = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false })
      .png({ compressionLevel: 9 })
      .toBuffer();

  it.each([
    ['a truncated JPEG', async () => photo.subarray(0, photo.length / 2)],
    ['a truncated PNG', async () => (await sharp(photo).resize(400).png().toBuffer()).subarray(0, 50_000)],
    ['a truncated GIF', async () => (await sharp(photo).resize(400).gif().toBuffer()).subarray(0, 20_000)],
    ['a truncated BMP', async () => (await bmp(24)).subarray(0, 3000)],
    ['a BMP without a header', async () => Buffer.from('BM')],
    ['more than 60 megapixels', () => blank(8000, 7501)],
    [
      'a BMP that claims 4 gigapixels',
      async () => {
        const huge = Buffer.from(await bmp(24));
        huge.writeUInt32LE(65_536, 18);
        huge.writeUInt32LE(65_536, 22);
        return huge;
      },
    ],
    [
      'SVG',
      async () =>
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="50" height="50"/></svg>',
        ),
    ],
    [
      'SVG after an XML declaration',
      async () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    ],
    ['TIFF', () => halves().tiff().toBuffer()],
    ['a truncated WebP', async () => (await sharp(photo).resize(400).webp().toBuffer()).subarray(0, 5_000)],
    [
      'a truncated AVIF',
      async () => (await sharp(photo).resize(400).avif({ effort: 0 }).toBuffer()).subarray(0, 5_000),
    ],
    ['a JPEG cut off in its last rows', async () => photo.subarray(0, photo.length - 2_000)],
    ['HTML', async () => Buffer.from('<!DOCTYPE html><html><body>Not found</body></html>')],
    ['nothing', async () => Buffer.alloc(0)],
    ['a JPEG start and then rubbish', async () => Buffer.concat([photo.subarray(0, 20), Buffer.alloc(5000, 7)])],
  ])('%s', async (_what, make) => {
    await expect(decodeImage(await make())).rejects.toMatchObject({ status: 400, code: 'InvalidImage' });
  });

  it.each<[string, string, () => Promise<Uint8Array>]>([
    ['TIFF', 'this is TIFF', () => halves().tiff().toBuffer()],
    ['HEIC', 'this is HEIC', async () => Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'latin1')],
    ['a film', 'this is a film', async () => Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1')],
    ['SVG', 'this is SVG', async () => Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', 'this is HTML', async () => Buffer.from('<!DOCTYPE html><html><body>Not found</body></html>')],
    ['JSON', 'this is JSON', async () => Buffer.from('{"error": "not found"}')],
    [
      'a packed BMP',
      'unsupported compression (1)',
      async () => {
        const packed = Buffer.from(await bmp(24));
        packed.writeUInt32LE(1, 30);
        return packed;
      },
    ],
  ])('%s, with an error that says what it is', async (_what, words, make) => {
    await expect(decodeImage(await make())).rejects.toThrow(words);
  });

  // Refused by their headers: they contain no pixels.
  it.each([
    ['a line of pixels', () => thinPng(59_999_999, 1), 'a side may have at most 30000'],
    ['a side over 30,000 px', () => thinPng(30_001, 1_000), 'a side may have at most 30000'],
    ['an aspect over 100:1', () => thinPng(29, 2_901), 'a side may be at most 100 times the other'],
    ['more than 60 megapixels', () => thinPng(8_000, 7_501), 'an image may have at most 60 megapixels'],
    ['an interlaced PNG of 16 bits and more than 30', () => thinPng(6_000, 5_001, 1), 'at most 30 megapixels'],
  ])('%s, by its header, with an error that names the limit', async (_what, make, words) => {
    await expect(decodeImage(make())).rejects.toThrow(words);
  });

  it('an AVIF of more than 24 megapixels, by its header', async () => {
    const large = await sharp({ create: { width: 6_001, height: 4_000, channels: 3, background: '#888' } })
      .avif({ effort: 0 })
      .toBuffer();
    await expect(decodeImage(large)).rejects.toThrow('an AVIF may have at most 24 megapixels');
  });

  it('but not at 100:1 and 30,000 px', async () => {
    const long = await sharp({ create: { width: 30_000, height: 300, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    expect(await decodeImage(long)).toMatchObject({ width: 30_000, height: 300 });
  });

  it('but not just below 60 megapixels', async () => {
    expect(await decodeImage(await blank(8000, 7500))).toMatchObject({ width: 8000, height: 7500 });
  });
});
