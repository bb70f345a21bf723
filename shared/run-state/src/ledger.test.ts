import { describe, expect, it } from 'vitest';
import { chunkOfThree, claim, ledgerOf } from '../test/states.ts';
import { isComplete, isFinished, isUntouched, untouchedChunk } from './ledger.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;

describe('a chunk', () => {
  it('is untouched until a try or a result is recorded', () => {
    const [item] = chunkOfThree(0).items;
    if (item === undefined) throw new Error('the chunk of three is empty');
    expect(untouchedChunk(2, 6, [item, item, item])).toEqual(chunkOfThree(2, { items: [item, item, item] }));
    expect(isUntouched(chunkOfThree(0))).toBe(true);
    expect(isUntouched(chunkOfThree(0, { attempts: [0, 1, 0] }))).toBe(false);
    expect(isUntouched(chunkOfThree(0, { outcomes: [null, null, done] }))).toBe(false);
  });

  it('is complete when every item has its result', () => {
    expect(isComplete(chunkOfThree(0, { outcomes: [done, done, null] }))).toBe(false);
    expect(isComplete(chunkOfThree(0, { outcomes: [done, done, done] }))).toBe(true);
  });
});

it('a ledger is finished when nothing is to claim, nothing is out and no letter owed', () => {
  expect(isFinished(ledgerOf())).toBe(true);
  expect(isFinished(ledgerOf({ todo: [[1, 1]] }))).toBe(false);
  expect(isFinished(ledgerOf({ open: [claim(1)] }))).toBe(false);
  expect(isFinished(ledgerOf({ owed: [{ chunk: 0, at: 0, items: [0], reason: 'lost' }] }))).toBe(false);
});
