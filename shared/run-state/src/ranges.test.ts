import { describe, expect, it } from 'vitest';
import { formatRanges, parseRanges, rangesOf } from './ranges.ts';

describe('ranges', () => {
  it('are written in readable form', () => {
    expect(
      formatRanges([
        [3, 31],
        [40, 40],
      ]),
    ).toBe('3-31,40');
    expect(formatRanges([])).toBe('');
    expect(parseRanges('', 100)).toEqual([]);
  });

  it('count a repeated number once', () => {
    expect(rangesOf([2, 1, 2])).toEqual([[1, 2]]);
  });

  it.each(['x', '3-', '-3', '5-3', '3,3', '4,3', '1-4,4-6', '1,,2', ' 1', '1.5'])('are not "%s"', (text) => {
    expect(() => parseRanges(text, 100)).toThrow(RangeError);
  });
});
