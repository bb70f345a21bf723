import { expect, it } from 'vitest';
import { mayHaveBegun } from './begun-shards.ts';

const view = { epoch: 1, since: 1, chunkItems: 4, shards: 4, counted: [0], widest: 8 };
const begun = (changes: Partial<typeof view> = {}) =>
  [1, 2, 3].filter((shard) => mayHaveBegun({ ...view, ...changes }, shard));

it('in the first dispatch of a round, shards beyond the widest window are untouched', () => {
  expect(begun()).toEqual([1, 2]);
  expect(begun({ widest: 12 })).toEqual([1, 2, 3]);
  expect(begun({ counted: [0, 1] })).toEqual([2, 3]);
  expect(begun({ epoch: 2 })).toEqual([1, 2, 3]);
});
