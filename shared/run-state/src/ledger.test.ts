import { describe, expect, it } from 'vitest';
import { chunkOfThree, claim, ledgerOf } from '../test/states.ts';
import { isComplete, isFinished, openItems, untouchedChunk } from './ledger.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;

describe('a chunk', () => {
  it('starts without results', () => {
    const [item] = chunkOfThree(0).items;
    if (item === undefined) throw new Error('the chunk of three is empty');
    expect(untouchedChunk(2, 6, [item, item, item])).toEqual(chunkOfThree(2, { items: [item, item, item] }));
  });

  it('lists its open items by their numbers in the run', () => {
    expect(openItems(chunkOfThree(2, { outcomes: [null, done, null] }))).toEqual([6, 8]);
  });

  it('is complete when every item has a result', () => {
    expect(isComplete(chunkOfThree(0, { outcomes: [done, done, null] }))).toBe(false);
    expect(isComplete(chunkOfThree(0, { outcomes: [done, done, done] }))).toBe(true);
  });
});

it('a ledger is finished when it has nothing to claim, no claims and no dead letters to write', () => {
  expect(isFinished(ledgerOf())).toBe(true);
  expect(isFinished(ledgerOf({ todo: [[1, 1]] }))).toBe(false);
  expect(isFinished(ledgerOf({ open: [claim(1)] }))).toBe(false);
  expect(isFinished(ledgerOf({ outbox: [{ chunk: 0, at: 0, items: [0], reason: 'lost' }] }))).toBe(false);
});
