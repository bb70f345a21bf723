import { describe, expect, it } from 'vitest';
import { type Face, facesSchema, happinessFold, summarizeHappiness } from './happiness.ts';

const face = (happiness: number, left = 0): Face => ({ happiness, rectangle: { top: 1, left, width: 10, height: 10 } });
const fold = (...images: Face[][]) =>
  images.reduce(
    (folded, faces, index) => happinessFold.add(folded, index, `url-${index}`, { faces }),
    happinessFold.empty,
  );

describe('the output of a run', () => {
  it('is the lowest, the highest and the mean happiness, with their photos', () => {
    const failures = [{ code: 'InvalidImage', count: 1, example: { index: 3, message: 'not an image' } }];
    const totals = { total: 4, succeeded: 3, failed: 1, failures, fold: fold([face(0.25), face(1)], [], [face(0.1)]) };
    expect(summarizeHappiness(totals)).toEqual({
      min_val: 0.1,
      max_val: 1,
      mean: 0.45,
      faces: 3,
      images: { total: 4, succeeded: 3, failed: 1, noFace: 1 },
      happiest: { index: 0, url: 'url-0', happiness: 1, rectangle: face(1).rectangle },
      saddest: { index: 2, url: 'url-2', happiness: 0.1, rectangle: face(0.1).rectangle },
      histogram: [0, 1, 1, 0, 0, 0, 0, 0, 0, 1],
      failures,
    });
  });

  it('has neither lowest nor highest nor mean without a face', () => {
    const output = summarizeHappiness({ total: 1, succeeded: 1, failed: 0, failures: [], fold: fold([]) });
    expect(output).toMatchObject({ min_val: null, max_val: null, mean: null, happiest: null, saddest: null, faces: 0 });
  });
});

it('names the first photo of equal faces, and in it the leftmost face', () => {
  expect(fold([face(0.5, 9), face(0.5, 2)], [face(0.5, 0)]).happiest).toMatchObject({
    index: 0,
    rectangle: { left: 2 },
  });
});

it('a bar of the histogram includes its lower bound', () => {
  expect(fold([face(0), face(0.1), face(0.999), face(1)]).histogram).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
});

it.each([-0.1, 1.1, Number.NaN])('happiness of %d is invalid', (happiness) => {
  expect(facesSchema.safeParse({ faces: [face(happiness)] }).success).toBe(false);
});
