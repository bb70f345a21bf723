import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeFaces } from './face-placement.ts';

const box = fc.record({
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  x: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  y: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  width: fc.double({ min: 0, max: 1.5, noNaN: true }),
  height: fc.double({ min: 0, max: 1.5, noNaN: true }),
});

const side = fc.integer({ min: 1, max: 8000 });

function imageOf(width: number, height: number) {
  const scale = Math.min(1, 2048 / Math.max(width, height));
  const raster = {
    data: new Uint8Array(),
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return { width, height, raster };
}

describe('faces placed in an image', () => {
  it('are whole pixels inside it, at least 36 by 36, by falling area, at most 100, and can be cut out', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 150 }), side, side, (boxes, width, height) => {
        const image = imageOf(width, height);
        const faces = placeFaces(boxes, image);
        expect(faces.length).toBeLessThanOrEqual(100);
        let area = Number.POSITIVE_INFINITY;
        for (const { rectangle, crop } of faces) {
          for (const value of Object.values(rectangle)) expect(Number.isInteger(value)).toBe(true);
          expect(rectangle.left).toBeGreaterThanOrEqual(0);
          expect(rectangle.top).toBeGreaterThanOrEqual(0);
          expect(rectangle.left + rectangle.width).toBeLessThanOrEqual(width);
          expect(rectangle.top + rectangle.height).toBeLessThanOrEqual(height);
          expect(Math.min(rectangle.width, rectangle.height)).toBeGreaterThanOrEqual(36);
          expect(rectangle.width * rectangle.height).toBeLessThanOrEqual(area);
          area = rectangle.width * rectangle.height;
          expect(Math.min(crop.width, crop.height)).toBeGreaterThan(0);
          expect(crop.left + crop.width).toBeLessThanOrEqual(image.raster.width);
          expect(crop.top + crop.height).toBeLessThanOrEqual(image.raster.height);
        }
      }),
    );
  });

  it('keep the largest if there are more than a hundred', () => {
    const boxes = Array.from({ length: 120 }, (_, index) => ({
      score: 1,
      x: 0,
      y: 0,
      width: 0.1 + index / 200,
      height: 0.5,
    }));
    const faces = placeFaces(boxes, imageOf(1000, 1000));
    expect(faces).toHaveLength(100);
    expect(faces[0]?.rectangle.width).toBe(695);
    expect(faces.at(-1)?.rectangle.width).toBe(200);
  });

  it('are left out below 36 px and kept from there on', () => {
    const sized = (pixels: number) => ({ score: 1, x: 0.1, y: 0.1, width: pixels / 1000, height: 0.1 });
    expect(placeFaces([sized(35)], imageOf(1000, 1000))).toEqual([]);
    expect(placeFaces([sized(36)], imageOf(1000, 1000))).toHaveLength(1);
  });
});
