import sharp, { type Sharp } from 'sharp';
import { FaceError, invalidImage } from '../contract/face-error.ts';
import { readBmpHeader } from './bmp-header.ts';
import { decodeBmp } from './decode-bmp.ts';
import { formatOf, type ImageFormat, readableFormats, strangeFormatOf } from './image-format.ts';
import { checkDimensions } from './image-limits.ts';
import type { Raster } from './raster.ts';

export interface DecodedImage {
  /** The pixels that faces are cut from, scaled down so that neither side exceeds 2,048 px. */
  readonly raster: Raster;
  /** Size of the upright original. Rectangles refer to it. */
  readonly width: number;
  readonly height: number;
}

/**
 * The detector sees 512 px and finds faces from about 12 of them, which is 48 px of 2,048. The expression
 * model wants 112 px. More detail changes no answer and costs memory.
 */
const maxRasterSide = 2048;

// A worker decodes one image at a time, and there are as many workers as cores. A cache would only hold
// images that never come again.
sharp.concurrency(1);
sharp.cache(false);

/** The bytes at the end of every JPEG. */
const jpegEnd = Buffer.from([0xff, 0xd9]);

/**
 * Decodes JPEG, PNG, GIF and WebP (the first frame), AVIF and BMP upright, in any colour space or depth.
 * Transparency is ignored.
 * @throws FaceError InvalidImage when it is none of these, damaged, truncated or larger than
 * `image-limits.ts` allows
 */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  const format = formatOf(bytes);
  if (format === undefined) throw unreadableFormat(strangeFormatOf(bytes));
  try {
    if (format === 'bmp') return await scaleDown(openBmp(bytes));
    return await scaleDown(await openBySharp(bytes, format, 'error'));
  } catch (error) {
    if (error instanceof FaceError) throw error;
    if (format === 'jpeg' && !endsWith(bytes, jpegEnd)) return await decodeUnendedJpeg(bytes);
    throw damaged(error);
  }
}

const unreadableFormat = (name: string | undefined): FaceError =>
  invalidImage(
    name === undefined
      ? undefined
      : `Decoding error, image format unsupported: this is ${name}, and ${readableFormats} are read.`,
  );

const damaged = (error: unknown): FaceError => {
  const reason = error instanceof Error && error.message.startsWith('a BMP') ? `: ${error.message}` : '';
  return invalidImage(`Decoding error, image is damaged or truncated${reason}.`, error);
};

/**
 * Decodes a JPEG without its end marker. If only the marker is missing, the image is complete, and every
 * browser shows it. With the marker added, the decoder only warns where part of the picture is missing too.
 * So here a warning refuses it.
 */
async function decodeUnendedJpeg(bytes: Uint8Array): Promise<DecodedImage> {
  try {
    return await scaleDown(await openBySharp(Buffer.concat([bytes, jpegEnd]), 'jpeg', 'warning'));
  } catch (error) {
    throw error instanceof FaceError ? error : damaged(error);
  }
}

function endsWith(bytes: Uint8Array, end: Buffer): boolean {
  return end.equals(bytes.subarray(-end.length));
}

async function openBySharp(bytes: Uint8Array, format: ImageFormat, failOn: 'error' | 'warning'): Promise<Sharp> {
  // 'error' and not the default 'warning': cameras write JPEGs with odd metadata. Truncation counts as an
  // error. The size is checked below, with messages of our own.
  const image = sharp(bytes, { limitInputPixels: false, failOn });
  checkDimensions(format, await image.metadata());
  return image.autoOrient();
}

function openBmp(bytes: Uint8Array): Sharp {
  const header = readBmpHeader(bytes);
  checkDimensions('bmp', header);
  const { data, width, height } = decodeBmp(bytes, header);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function scaleDown(image: Sharp): Promise<DecodedImage> {
  const { autoOrient } = await image.metadata();
  const { data, info } = await image
    .removeAlpha()
    .toColourspace('srgb')
    .resize(maxRasterSide, maxRasterSide, { fit: 'inside', withoutEnlargement: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return {
    raster: { data, width: info.width, height: info.height },
    width: autoOrient.width,
    height: autoOrient.height,
  };
}
