import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  type Face,
  type Faces,
  type Happiness,
  happinessFold,
  happinessSchema,
  summarizeHappiness,
} from './happiness.ts';

/** Fixed, so that a failing build fails again. A failure prints it with the path to the counterexample. */
fc.configureGlobal({ seed: 20_261_123 });

const outputSchema = z.object({ min_val: z.number(), max_val: z.number(), mean: z.number() });

// Few different values, so that equal ones occur.
const happiness = fc.oneof(fc.constantFrom(0, 0.1, 0.3, 0.5, 0.9, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const pixel = fc.integer({ min: 0, max: 3 });
const face: fc.Arbitrary<Face> = fc.record({
  rectangle: fc.record({ top: pixel, left: pixel, width: pixel, height: pixel }),
  happiness,
});
const images = fc.array(fc.array(face, { maxLength: 4 }), { maxLength: 12 });
const shuffledImages = images.chain((all) =>
  fc.record({
    all: fc.constant(all),
    order: fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
    cut: fc.nat({ max: all.length }),
  }),
);

const urlOf = (index: number) => `https://photos.example/${index}.jpg`;
const add = (folded: Happiness, all: readonly Face[][], index: number) =>
  happinessFold.add(folded, index, urlOf(index), { faces: all[index] ?? [] } satisfies Faces);
const foldOf = (all: readonly Face[][], order: Iterable<number>) =>
  [...order].reduce((folded, index) => add(folded, all, index), happinessFold.empty);

describe('the fold over happiness', () => {
  it('I2: has exactly the same result in any order and for any partition', () => {
    fc.assert(
      fc.property(shuffledImages, ({ all, order, cut }) => {
        const whole = foldOf(all, all.keys());
        expect(foldOf(all, order)).toEqual(whole);
        const parts = [foldOf(all, order.slice(0, cut)), foldOf(all, order.slice(cut))] as const;
        expect(happinessFold.merge(parts[0], parts[1])).toEqual(whole);
        expect(happinessFold.merge(parts[1], parts[0])).toEqual(whole);
      }),
    );
  });

  it('is not changed by an empty part', () => {
    fc.assert(
      fc.property(images, (all) => {
        const whole = foldOf(all, all.keys());
        expect(happinessFold.merge(whole, happinessFold.empty)).toEqual(whole);
        expect(happinessFold.merge(happinessFold.empty, whole)).toEqual(whole);
      }),
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(images, images, images, (a, b, c) => {
        const [x, y, z] = [foldOf(a, a.keys()), foldOf(b, b.keys()), foldOf(c, c.keys())];
        const left = happinessFold.merge(happinessFold.merge(x, y), z);
        expect(left).toEqual(happinessFold.merge(x, happinessFold.merge(y, z)));
      }),
    );
  });

  it('equals a direct computation over all faces', () => {
    fc.assert(
      fc.property(images, (all) => {
        const folded = foldOf(all, all.keys());
        const faces = all.flat();
        const values = faces.map((one) => one.happiness);
        expect(folded.faces).toBe(faces.length);
        expect(folded.noFace).toBe(all.filter((image) => image.length === 0).length);
        expect(folded.saddest?.happiness ?? null).toBe(values.length === 0 ? null : Math.min(...values));
        expect(folded.happiest?.happiness ?? null).toBe(values.length === 0 ? null : Math.max(...values));
        expect(folded.sumMillionths).toBe(values.reduce((sum, value) => sum + Math.round(value * 1_000_000), 0));
        expect(folded.histogram.reduce((sum, bar) => sum + bar, 0)).toBe(faces.length);
        expect(folded.histogram[9]).toBe(values.filter((value) => value >= 0.9).length);
      }),
    );
  });

  it('survives being stored in a row', () => {
    fc.assert(
      fc.property(images, (all) => {
        const folded = foldOf(all, all.keys());
        expect(happinessSchema.parse(JSON.parse(JSON.stringify(folded)))).toEqual(folded);
      }),
    );
  });

  it('keeps the mean between the lowest and the highest value', () => {
    fc.assert(
      fc.property(images, (all) => {
        const totals = {
          total: all.length,
          succeeded: all.length,
          failed: 0,
          failures: [],
          fold: foldOf(all, all.keys()),
        };
        const output = summarizeHappiness(totals);
        fc.pre(all.flat().length > 0);
        const { min_val, max_val, mean } = outputSchema.parse(output);
        expect(mean).toBeGreaterThanOrEqual(min_val - 0.000_001);
        expect(mean).toBeLessThanOrEqual(max_val + 0.000_001);
      }),
    );
  });
});
