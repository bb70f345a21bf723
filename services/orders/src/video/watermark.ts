import sharp from 'sharp';
import { fittedPath } from '../text/text-path.ts';
import { loadTypeface } from '../text/typeface.ts';

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 10;
const BAND_HEIGHT = 54;
const TITLE_SIZES = { largest: 18, smallest: 10 };
const NAME_SIZES = { largest: 16, smallest: 9 };

/** Draws a PNG of a frame's size, transparent except for a dark band at the bottom with two lines of text. */
export async function drawWatermark(title: string, name: string, { width, height }: FrameSize): Promise<Uint8Array> {
  const [regular, bold] = await Promise.all([loadTypeface(400), loadTypeface(700)]);
  const room = width - 2 * MARGIN;
  const titleLine = fittedPath(bold, title, TITLE_SIZES, room);
  const nameLine = fittedPath(regular, name, NAME_SIZES, room);
  const top = height - BAND_HEIGHT;
  // It contains the text only as outlines, so nothing needs to be escaped.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect y="${top}" width="${width}" height="${BAND_HEIGHT}" fill="black" fill-opacity="0.6"/>
<g fill="white">
<g transform="translate(${MARGIN} ${top + 22})">${titleLine.svg}</g>
<g transform="translate(${MARGIN} ${top + 43})">${nameLine.svg}</g>
</g>
</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
}
