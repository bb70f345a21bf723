import type { Fold, StagePolicy } from '@tally/contracts';

/** An item of the map node that the tests of a shard are about. */
export interface Item {
  readonly value: number;
}

export interface Folded {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

export const countingFold: Fold<Item, number, Folded> = {
  empty: { count: 0, sum: 0, max: 0 },
  add: (folded, _index, _item, result) => countingFold.merge(folded, { count: 1, sum: result, max: result }),
  merge: (a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum, max: Math.max(a.max, b.max) }),
};

export const policy: StagePolicy<Item, number, Folded> = {
  fold: countingFold,
  retry: { maxAttempts: 3, firstDelayMs: 5_000, maxDelayMs: 20_000 },
  repair: { overdueMs: 60_000, usualFactor: 3, wholeSends: 3, singleSpreadFactor: 5, maxSends: 5 },
};

export const good = (value: number): Item => ({ value });
