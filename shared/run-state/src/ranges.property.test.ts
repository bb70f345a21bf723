import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../test/settings.fixture.ts';
import { formatRanges, numbersOf, parseRanges, rangesOf, takeLowest } from './ranges.ts';

fc.configureGlobal({ seed: SEED });

const numbers = fc.uniqueArray(fc.nat({ max: 60 }));
const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe('ranges', () => {
  it('hold the same numbers whatever their order was', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect(numbersOf(rangesOf(values))).toEqual(ascending(values));
      }),
    );
  });

  it('are minimal: no two touch', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const ranges = rangesOf(values);
        for (const [place, [from]] of ranges.entries())
          expect(from).toBeGreaterThan((ranges[place - 1]?.[1] ?? -2) + 1);
      }),
    );
  });

  it('survive writing and reading', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect(parseRanges(formatRanges(rangesOf(values)), Number.MAX_SAFE_INTEGER)).toEqual(rangesOf(values));
      }),
    );
  });

  it('give their lowest numbers and keep the rest', () => {
    fc.assert(
      fc.property(numbers, fc.nat({ max: 70 }), (values, count) => {
        const { taken, rest } = takeLowest(rangesOf(values), count);
        expect(taken).toEqual(ascending(values).slice(0, count));
        expect(rest).toEqual(rangesOf(ascending(values).slice(count)));
      }),
    );
  });
});
