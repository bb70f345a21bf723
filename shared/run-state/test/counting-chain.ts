import type { Fold, Json, StagePolicy } from '@tally/contracts';

/** An item of the map node that the tests of a shard are about. */
export const good = (value: number) => ({ value });

export const countingFold: Fold = {
  empty: { count: 0, sum: 0, max: 0 },
  add: (folded, _index, _item, result) =>
    countingFold.merge(folded, { count: 1, sum: Number(result), max: Number(result) }),
  merge: (left, right) => {
    const [a, b] = [numbersOf(left), numbersOf(right)];
    return { count: a.count + b.count, sum: a.sum + b.sum, max: Math.max(a.max, b.max) };
  },
};

/** @throws TypeError where it isn't a value of the fold */
function numbersOf(folded: Json) {
  if (folded !== null && typeof folded === 'object' && 'count' in folded && 'sum' in folded && 'max' in folded) {
    const { count, sum, max } = folded;
    if (typeof count === 'number' && typeof sum === 'number' && typeof max === 'number') return { count, sum, max };
  }
  throw new TypeError(`${JSON.stringify(folded)} is no value of the fold`);
}

export const policy: StagePolicy = {
  fold: countingFold,
  checkFold: (folded) => void numbersOf(folded),
  retry: { maxAttempts: 3, firstDelayMs: 5_000, maxDelayMs: 20_000 },
  repair: { overdueMs: 60_000, usualFactor: 3, wholeSends: 3, singleSpreadFactor: 5, maxSends: 5 },
};
