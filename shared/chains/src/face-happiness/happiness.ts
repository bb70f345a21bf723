import type { MapOutput } from '@tally/chain';
import type { Fold, Json } from '@tally/contracts';
import * as z from 'zod';

/** What the chain stores about a face: its place in pixels, and its happiness from 0 to 1. */
export const faceSchema = z.strictObject({
  rectangle: z.strictObject({ top: z.number(), left: z.number(), width: z.number(), height: z.number() }),
  happiness: z.number().min(0).max(1),
});
export type Face = z.infer<typeof faceSchema>;

/** The result of one image: its faces, largest first. No face is also a result. */
export const facesSchema = z.strictObject({ faces: z.array(faceSchema).max(100) });
export type Faces = z.infer<typeof facesSchema>;

const extremeSchema = z.strictObject({
  index: z.number(),
  url: z.string(),
  happiness: z.number(),
  rectangle: faceSchema.shape.rectangle,
});
type Extreme = z.infer<typeof extremeSchema>;

/** The bars of the histogram. The first counts happiness below 0.1, the last 0.9 and above. */
const BARS = 10;

/**
 * Happiness is summed in millionths, as whole numbers. The last digits of a sum of fractions would depend on
 * the order of arrival.
 */
const MILLIONTHS = 1_000_000;

export const happinessSchema = z.strictObject({
  faces: z.number(),
  noFace: z.number(),
  sumMillionths: z.number(),
  saddest: extremeSchema.nullable(),
  happiest: extremeSchema.nullable(),
  histogram: z.array(z.number()).length(BARS),
});
export type Happiness = z.infer<typeof happinessSchema>;

const empty: Happiness = {
  faces: 0,
  noFace: 0,
  sumMillionths: 0,
  saddest: null,
  happiest: null,
  histogram: Array.from({ length: BARS }, () => 0),
};

/** Count, sum, extremes and histogram of the happiness of all faces. */
export const happinessFold: Fold<string, Faces, Happiness> = {
  empty,
  merge: (left, right) => ({
    faces: left.faces + right.faces,
    noFace: left.noFace + right.noFace,
    sumMillionths: left.sumMillionths + right.sumMillionths,
    saddest: pick(left.saddest, right.saddest, (a, b) => a < b),
    happiest: pick(left.happiest, right.happiest, (a, b) => a > b),
    histogram: left.histogram.map((bar, place) => bar + (right.histogram[place] ?? 0)),
  }),
  add: (folded, index, url, { faces }) => {
    if (faces.length === 0) return { ...folded, noFace: folded.noFace + 1 };
    return faces.reduce((sum, face) => happinessFold.merge(sum, ofFace(index, url, face)), folded);
  },
};

function ofFace(index: number, url: string, { happiness, rectangle }: Face): Happiness {
  const bar = Math.min(BARS - 1, Math.floor(happiness * BARS));
  const extreme: Extreme = { index, url, happiness, rectangle };
  return {
    faces: 1,
    noFace: 0,
    sumMillionths: Math.round(happiness * MILLIONTHS),
    saddest: extreme,
    happiest: extreme,
    histogram: empty.histogram.map((_, place) => (place === bar ? 1 : 0)),
  };
}

/**
 * The more extreme of two. Among equals it is the one of the lowest item, and there the topmost, leftmost
 * face, whatever their order.
 */
function pick(
  left: Extreme | null,
  right: Extreme | null,
  isBetter: (a: number, b: number) => boolean,
): Extreme | null {
  if (left === null || right === null) return left ?? right;
  if (left.happiness !== right.happiness) return isBetter(left.happiness, right.happiness) ? left : right;
  const places = [
    left.index - right.index,
    left.rectangle.top - right.rectangle.top,
    left.rectangle.left - right.rectangle.left,
    left.rectangle.width - right.rectangle.width,
    left.rectangle.height - right.rectangle.height,
  ];
  return (places.find((difference) => difference !== 0) ?? 0) <= 0 ? left : right;
}

/** The run's output. Without any face it has no lowest, highest or mean. */
export function summarizeHappiness({ total, succeeded, failed, failures, fold }: MapOutput<Happiness>): Json {
  return {
    min_val: fold.saddest?.happiness ?? null,
    max_val: fold.happiest?.happiness ?? null,
    mean: fold.faces === 0 ? null : Math.round(fold.sumMillionths / fold.faces) / MILLIONTHS,
    faces: fold.faces,
    images: { total, succeeded, failed, noFace: fold.noFace },
    happiest: fold.happiest,
    saddest: fold.saddest,
    histogram: fold.histogram,
    failures: failures.map(({ code, count, example }) => ({
      code,
      count,
      example: { index: example.index, message: example.message },
    })),
  };
}
