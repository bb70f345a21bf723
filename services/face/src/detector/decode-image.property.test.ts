import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { encode } from 'bmp-ts';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { FaceError } from '../contract/face-error.ts';
import { decodeImage } from './decode-image.ts';

const photo = readFileSync(createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample1.jpg'));
const small = sharp(photo).resize(60);
const { data, info } = await small.clone().ensureAlpha().raw().toBuffer({ resolveWithObject: true });

const bmp = encode({ data, width: info.width, height: info.height, bitPP: 24 }).data;

/** The BMP with another depth and compression in its header. */
function claiming(bitsPerPixel: number, compression: number): Buffer {
  const changed = Buffer.from(bmp);
  changed.writeUInt16LE(bitsPerPixel, 28);
  changed.writeUInt32LE(compression, 30);
  return changed;
}

const images = {
  jpeg: await small.clone().jpeg().toBuffer(),
  png: await small.clone().png().toBuffer(),
  gif: await small.clone().gif().toBuffer(),
  webp: await small.clone().webp().toBuffer(),
  avif: await small.clone().avif({ effort: 0 }).toBuffer(),
  'jpeg without its end': (await small.clone().jpeg().toBuffer()).subarray(0, -2),
  '24-bit bmp': bmp,
  // The same pixels under other headers, which take other paths through the decoder.
  '1-bit bmp': claiming(1, 0),
  '4-bit run-length bmp': claiming(4, 2),
  '8-bit bmp': claiming(8, 0),
  '8-bit run-length bmp': claiming(8, 1),
  '16-bit bmp': claiming(16, 3),
  '32-bit bmp': claiming(32, 3),
};

/** Decodes or refuses: the two results that leave the worker alive. */
async function isHandled(bytes: Uint8Array): Promise<boolean> {
  try {
    const { raster } = await decodeImage(bytes);
    return raster.data.length === raster.width * raster.height * 3;
  } catch (error) {
    return error instanceof FaceError && error.code === 'InvalidImage';
  }
}

describe.each(Object.entries(images))('a damaged %s', (_format, image) => {
  it('is decoded or refused, and nothing else, wherever it is damaged or cut', async () => {
    const damage = fc.array(
      // The first bytes hold the sizes, where most of the trouble is.
      fc.record({ at: fc.oneof(fc.nat(80), fc.nat(image.length - 1)), byte: fc.nat(255) }),
      { maxLength: 8 },
    );
    const property = fc.asyncProperty(damage, fc.nat(image.length), async (changes, cut) => {
      const bytes = Buffer.from(image);
      for (const { at, byte } of changes) bytes[at] = byte;
      expect(await isHandled(bytes)).toBe(true);
      expect(await isHandled(bytes.subarray(0, cut))).toBe(true);
    });
    await fc.assert(property, { numRuns: 40 });
  }, 60_000);
});
