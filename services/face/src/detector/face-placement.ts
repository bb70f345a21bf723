import type { DecodedImage } from './decode-image.ts';
import type { Rectangle } from './detection.ts';

/** Azure's Face service finds faces from 36 px on, and returns at most 100. */
const minFaceSide = 36;
const maxFaces = 100;

/**
 * A box as the detection model returns it: shares of the image's width and height, possibly beyond its edges.
 */
export interface RelativeBox {
  readonly score: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedFace {
  readonly score: number;
  /** In pixels of the original. */
  readonly rectangle: Rectangle;
  /** The same rectangle in pixels of the raster. */
  readonly crop: Rectangle;
}

/**
 * Converts boxes to integer pixels inside the image: those of at least 36 x 36, largest first, at most 100.
 */
export function placeFaces(boxes: readonly RelativeBox[], { width, height, raster }: DecodedImage): PlacedFace[] {
  return boxes
    .map((box) => ({
      score: box.score,
      rectangle: clip(box, width, height),
      crop: clip(box, raster.width, raster.height),
    }))
    .filter(({ rectangle, crop }) => isLargeEnough(rectangle) && crop.width > 0 && crop.height > 0)
    .sort((a, b) => area(b.rectangle) - area(a.rectangle))
    .slice(0, maxFaces);
}

function clip(box: RelativeBox, width: number, height: number): Rectangle {
  const left = within(Math.round(box.x * width), width);
  const top = within(Math.round(box.y * height), height);
  const right = within(Math.round((box.x + box.width) * width), width);
  const bottom = within(Math.round((box.y + box.height) * height), height);
  return { left, top, width: right - left, height: bottom - top };
}

const within = (position: number, size: number): number => Math.min(Math.max(position, 0), size);

const isLargeEnough = ({ width, height }: Rectangle): boolean => width >= minFaceSide && height >= minFaceSide;

const area = ({ width, height }: Rectangle): number => width * height;
