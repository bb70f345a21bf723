import { describe, expect, it } from 'vitest';
import { addFailure, mergeFailures, removeFailure } from './tally.ts';

const error = (code: string, message = code) => ({ code, message });

describe('failures by code', () => {
  it('keep the lowest item number as the example, whatever the order of arrival', () => {
    const up = addFailure(addFailure([], 3, error('A', 'three')), 7, error('A', 'seven'));
    const down = addFailure(addFailure([], 7, error('A', 'seven')), 3, error('A', 'three'));
    expect(up).toEqual([{ code: 'A', count: 2, example: { index: 3, message: 'three' } }]);
    expect(down).toEqual(up);
  });

  it('are ordered by code, so that the order of arrival cannot be seen', () => {
    const a = addFailure([], 1, error('A'));
    const b = addFailure([], 0, error('B'));
    expect(mergeFailures(b, a)).toEqual(mergeFailures(a, b));
    expect(mergeFailures(a, b).map(({ code }) => code)).toEqual(['A', 'B']);
  });

  it('lose an item when a rewind opens it, and the code with its last', () => {
    const two = addFailure(addFailure(addFailure([], 1, error('A')), 2, error('A')), 3, error('B'));
    const one = removeFailure(two, 'A');
    expect(one.map(({ code, count }) => [code, count])).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
    expect(removeFailure(one, 'A').map(({ code }) => code)).toEqual(['B']);
  });
});
