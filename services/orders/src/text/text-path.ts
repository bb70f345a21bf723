import type { Typeface } from './typeface.ts';

/**
 * Text as outlines, which look the same everywhere. A picture's renderer would use the fonts of its machine,
 * or none.
 */
export interface TextPath {
  /** SVG elements at the origin, with the base line at y = 0. */
  readonly svg: string;
  /** In pixels. */
  readonly width: number;
}

/** @param size of the font, in pixels */
function textPath(typeface: Typeface, text: string, size: number): TextPath {
  const glyphs: string[] = [];
  let x = 0;
  for (const { font, text: part } of typeface.runsOf(text)) {
    const scale = size / font.font.unitsPerEm;
    const run = font.font.layout(part);
    for (const [at, glyph] of run.glyphs.entries()) {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = run.positions[at] ?? {};
      const place = `translate(${round(x + xOffset * scale)} ${round(-yOffset * scale)})`;
      // The y axis of fonts points up, that of pictures down.
      glyphs.push(`<path transform="${place} scale(${scale} ${-scale})" d="${glyph.path.toSVG()}"/>`);
      x += xAdvance * scale;
    }
  }
  return { svg: glyphs.join(''), width: x };
}

/**
 * Draws the text in the largest size that fits. If even the smallest size is too wide, the text ends in an
 * ellipsis.
 * @param most the available width, in pixels
 */
export function fittedPath(
  typeface: Typeface,
  text: string,
  sizes: { readonly largest: number; readonly smallest: number },
  most: number,
): TextPath {
  const full = textPath(typeface, text, sizes.largest);
  if (full.width <= most) return full;
  const size = (sizes.largest * most) / full.width;
  if (size >= sizes.smallest) return textPath(typeface, text, size);
  const letters = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
  for (let kept = letters.length - 1; kept > 0; kept--) {
    const cut = textPath(typeface, `${letters.slice(0, kept).join('')}…`, sizes.smallest);
    if (cut.width <= most) return cut;
  }
  return textPath(typeface, '…', sizes.smallest);
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
