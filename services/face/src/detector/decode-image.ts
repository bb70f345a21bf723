import sharp, { type Sharp } from 'sharp';
import { invalidImage } from '../contract/face-error.ts';
import { decodeBmp } from './decode-bmp.ts';
import { formatOf } from './image-format.ts';

/** An image as bytes, three a pixel (sRGB), rows from the top. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface DecodedImage {
  /** What faces are cut from; scaled down so that neither side is over 2,048 px. */
  readonly raster: Raster;
  /** Size of the upright original, in which rectangles are told. */
  readonly width: number;
  readonly height: number;
}

/** 180 MB as bytes, the most a worker should hold; far above what any camera's 6 MB JPEG holds. */
const maxPixels = 60_000_000;

/**
 * The detector looks at 512 px and finds faces from about 12 of them: 48 px of 2,048. The expression model wants 112 px. More
 * detail than this changes no answer and costs memory.
 */
const maxRasterSide = 2048;

// A worker decodes one image at a time and the workers are as many as the cores; a cache would only hold images never seen again.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes JPEG, PNG, GIF (the first frame) and BMP upright, whatever the colour space or depth. Transparency is ignored.
 * @throws FaceError InvalidImage when it is none of these, damaged, truncated or over 60 megapixels
 */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  const format = formatOf(bytes);
  if (format === undefined) throw invalidImage();
  try {
    return await scaleDown(format === 'bmp' ? openBmp(bytes) : openBySharp(bytes));
  } catch (error) {
    throw invalidImage('Decoding error, image is damaged or has more than 60 megapixels.', error);
  }
}

function openBySharp(bytes: Uint8Array): Sharp {
  // 'error' and not the default 'warning': cameras write JPEGs with odd metadata. Truncation counts as an error.
  return sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' }).autoOrient();
}

function openBmp(bytes: Uint8Array): Sharp {
  const { data, width, height } = decodeBmp(bytes, maxPixels);
  return sharp(data, { raw: { width, height, channels: 4 } });
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
