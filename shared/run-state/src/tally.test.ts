import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFailure, MAX_CODES, mergeFailures, OTHER_CODES, removeFailure } from './tally.ts';

const error = (code: string, message = code) => ({ code, message });

describe('failures by code', () => {
  it('keep the lowest item number as the example, in whatever order failures arrive', () => {
    const up = addFailure(addFailure([], 3, error('A', 'three')), 7, error('A', 'seven'));
    const down = addFailure(addFailure([], 7, error('A', 'seven')), 3, error('A', 'three'));
    expect(up).toEqual([{ code: 'A', count: 2, example: { index: 3, message: 'three' } }]);
    expect(down).toEqual(up);
  });

  it('are ordered by code, whatever the order of arrival', () => {
    const a = addFailure([], 1, error('A'));
    const b = addFailure([], 0, error('B'));
    expect(mergeFailures(b, a)).toEqual(mergeFailures(a, b));
    expect(mergeFailures(a, b).map(({ code }) => code)).toEqual(['A', 'B']);
  });

  it('lose an item when a rewind opens it, and lose the code with its last item', () => {
    const two = addFailure(addFailure(addFailure([], 1, error('A')), 2, error('A')), 3, error('B'));
    const one = removeFailure(two, 'A');
    expect(one.map(({ code, count }) => [code, count])).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
    expect(removeFailure(one, 'A').map(({ code }) => code)).toEqual(['B']);
  });
});

describe('codes of an endpoint', () => {
  const codes = fc.array(fc.integer({ min: 0, max: 79 }), { maxLength: 200, size: 'max' });
  const tallyOf = (numbers: readonly { index: number; code: string }[]) =>
    numbers.reduce(
      (sum, { index, code }) => addFailure(sum, index, error(code, `item ${index}`)),
      mergeFailures([], []),
    );
  const told = (failures: readonly { count: number }[]) => failures.reduce((sum, { count }) => sum + count, 0);

  it('are limited to what fits into a row; every item is counted, in whatever order they fail', () => {
    fc.assert(
      fc.property(codes, fc.infiniteStream(fc.integer()), fc.nat(), (numbers, stream, cut) => {
        const items = numbers.map((number, index) => ({ index, code: number === 79 ? OTHER_CODES : `code ${number}` }));
        const order = new Map(items.map((item) => [item, stream.next().value ?? 0]));
        const shuffled = [...items].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
        const at = items.length === 0 ? 0 : cut % items.length;
        const merged = mergeFailures(tallyOf(shuffled.slice(0, at)), tallyOf(shuffled.slice(at)));
        expect(merged).toEqual(tallyOf(items));
        expect(merged.length).toBeLessThanOrEqual(MAX_CODES + 1);
        expect(told(merged)).toBe(items.length);
      }),
    );
  });

  it('are all removed by a rewind, whether their code is listed or not', () => {
    fc.assert(
      fc.property(codes, codes, (before, after) => {
        const items = [...before, ...after].map((number, index) => ({ index, code: `code ${number}` }));
        const rest = items.slice(before.length);
        let failures = tallyOf(items.slice(0, before.length));
        for (const { code } of items.slice(0, before.length / 2)) failures = removeFailure(failures, code);
        for (const { index, code } of rest) failures = addFailure(failures, index, error(code));
        for (const { code } of items.slice(before.length / 2)) failures = removeFailure(failures, code);
        expect(failures).toEqual([]);
      }),
    );
  });
});
