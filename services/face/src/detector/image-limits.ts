import type { Metadata } from 'sharp';
import { invalidImage } from '../contract/face-error.ts';
import type { ImageFormat } from './image-format.ts';

/** 180 MB as bytes, the most that a worker should hold. It is far above any camera's 6 MB JPEG. */
const maxPixels = 60_000_000;

/** A decoder and a scaler hold some rows of an image at a time. Rows of 60 million pixels took 7 GB. */
const maxSide = 30_000;

/** The longest panoramas are about 20:1. A line of pixels shows no face. */
const maxAspect = 100;

/**
 * The AVIF decoder holds the full image in several forms. Measured: 25 bytes a pixel, and an eighth of a
 * second per megapixel.
 */
const maxAvifPixels = 24_000_000;

/** The decoder holds an interlaced PNG completely, one of 16 bits with 8 bytes a pixel. */
const maxDeepInterlacedPixels = 30_000_000;

/**
 * Refuses, by its header, an image that would take a decoder too much memory or time.
 * @throws FaceError InvalidImage that names the limit
 */
export function checkDimensions(
  format: ImageFormat,
  { width, height, depth, isProgressive = false }: Pick<Metadata, 'width' | 'height'> & Partial<Metadata>,
): void {
  const size = `The image is ${width} x ${height} pixels`;
  if (Math.max(width, height) > maxSide) throw invalidImage(`${size}: a side may have at most ${maxSide}.`);
  if (Math.max(width, height) > maxAspect * Math.min(width, height)) {
    throw invalidImage(`${size}: a side may be at most ${maxAspect} times the other.`);
  }
  const [most, which] = pixelLimit(format, isProgressive && depth === 'ushort');
  if (width * height > most) throw invalidImage(`${size}: ${which} may have at most ${most / 1e6} megapixels.`);
}

function pixelLimit(format: ImageFormat, isDeepInterlaced: boolean): [most: number, which: string] {
  if (format === 'avif') return [maxAvifPixels, 'an AVIF'];
  if (format === 'png' && isDeepInterlaced) return [maxDeepInterlacedPixels, 'an interlaced PNG of 16 bits'];
  return [maxPixels, 'an image'];
}
