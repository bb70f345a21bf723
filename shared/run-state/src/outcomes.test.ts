import type { Json, StagePolicy } from '@tally/contracts';
import { describe, expect, it, test } from 'vitest';
import { countingFold, policy } from '../test/counting-chain.ts';
import { broken, busy, chunkOfThree, claim, ledgerOf, NOW, ok } from '../test/states.ts';
import { countOutcomes, nextTry, noteOutcomes, noteWork, pendingTries, release } from './outcomes.ts';
import type { TryOutcome } from './shard-state.ts';

const done = { status: 'succeeded', result: 9, durationMs: 1 } as const;
const note = (came: [number, TryOutcome][], chunk = chunkOfThree(0), attempt = 1, mayRetry = true) =>
  noteOutcomes(chunk, new Map(came), new Map(came.map(([index]) => [index, attempt])), 3, mayRetry);

describe('noteOutcomes (I1)', () => {
  it('adds missing results; the first result is final', () => {
    const noted = note(
      [
        [0, ok(1)],
        [1, broken],
      ],
      chunkOfThree(0, { outcomes: [done, null, null] }),
    );
    expect(noted.chunk.outcomes).toEqual([
      done,
      { status: 'failed', error: { code: 'Broken', message: 'no' }, durationMs: 5 },
      null,
    ]);
    expect(noted.finished.map(({ index }) => index)).toEqual([1]);
  });

  it('returns the same chunk if there is nothing new', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, null, null] });
    expect(
      note(
        [
          [0, ok(1)],
          [7, ok(1)],
        ],
        chunk,
      ).chunk,
    ).toBe(chunk);
  });

  it('raises the attempt of an item to retry, and keeps the longest Retry-After', () => {
    const noted = note([
      [0, busy],
      [1, { ...busy, retryAfterMs: 700 }],
      [2, { ...busy, retryAfterMs: 300 }],
    ]);
    expect(noted.chunk.attempts).toEqual([1, 1, 1]);
    expect(noted).toMatchObject({ retries: [0, 1, 2], retryAfterMs: 700, finished: [] });
  });

  it('I4: raises the attempt once; a second delivery of the same try has nothing to send', () => {
    const chunk = chunkOfThree(0, { attempts: [1, 0, 0] });
    expect(note([[0, busy]], chunk)).toMatchObject({ retries: [], finished: [], chunk });
  });

  it('I2: ignores outcomes of items that were not tried', () => {
    const chunk = chunkOfThree(0);
    expect(noteOutcomes(chunk, new Map([[0, busy]]), new Map(), 3, true)).toMatchObject({ chunk, retries: [] });
  });

  it('treats an item without recorded attempts as untried', () => {
    expect(note([[0, busy]], chunkOfThree(0, { attempts: [] })).retries).toEqual([0]);
  });

  it('records a failure with its code after the last try', () => {
    const noted = note([[0, busy]], chunkOfThree(0, { attempts: [2, 0, 0] }), 3);
    expect(noted.chunk.outcomes[0]).toEqual({
      status: 'failed',
      error: { code: 'Busy', message: 'later' },
      durationMs: 5,
    });
    expect(noted.chunk.attempts[0]).toBe(3);
    expect(noted.retries).toEqual([]);
  });

  it('I7: records results but no failed try if nothing may be sent', () => {
    const noted = note(
      [
        [0, busy],
        [1, ok(2)],
      ],
      chunkOfThree(0),
      1,
      false,
    );
    expect(noted.chunk.attempts).toEqual([0, 0, 0]);
    expect(noted.finished.map(({ index }) => index)).toEqual([1]);
  });
});

it('countOutcomes adds only what is new to counts, codes and fold', () => {
  const noted = note([
    [0, ok(4)],
    [1, broken],
    [2, busy],
  ]);
  const before = ledgerOf({ succeeded: 1, fold: { count: 1, sum: 1, max: 1 } });
  const { ledger: counted, chunk } = countOutcomes(before, noted, policy);
  expect(chunk).toBe(noted.chunk);
  expect(counted).toMatchObject({ succeeded: 2, failed: 1, fold: { count: 2, sum: 5, max: 4 } });
  expect(counted.failures).toEqual([{ code: 'Broken', count: 1, example: { index: 1, message: 'no' } }]);
});

it('I6: countOutcomes fails only the item whose result the fold rejects, in its row and in the counts', () => {
  const noted = note([
    [0, ok(4)],
    [1, ok(7)],
    [2, ok(2)],
  ]);
  const add: typeof countingFold.add = (folded, index, item, result) => {
    if (result === 7) throw new Error('not a seven');
    return countingFold.add(folded, index, item, result);
  };
  const { ledger, chunk } = countOutcomes(ledgerOf(), noted, { ...policy, fold: { ...countingFold, add } });
  const error = { code: 'FoldFailed', message: 'the fold failed on its result: Error: not a seven' };
  expect(ledger).toMatchObject({ succeeded: 2, failed: 1, fold: { count: 2, sum: 6, max: 4 } });
  expect(ledger.failures).toEqual([{ code: error.code, count: 1, example: { index: 1, message: error.message } }]);
  expect(chunk.outcomes.map((outcome) => outcome?.status)).toEqual(['succeeded', 'failed', 'succeeded']);
  expect(chunk.outcomes[1]).toEqual({ status: 'failed', error, durationMs: 5 });
});

describe('a value of the fold that no ledger can hold (I6)', () => {
  /** Finite numbers only, as in a row. Adding to another number throws, although that item is not at fault. */
  const sums = (checked: Json[]): Pick<StagePolicy, 'fold' | 'checkFold'> => ({
    fold: {
      empty: 0,
      add: (folded, _index, _item, result) => {
        if (result === ANEW) return 0;
        if (!Number.isFinite(folded)) throw new Error('not to be added to');
        return Number(folded) + Number(result);
      },
      merge: (left, right) => Number(left) + Number(right),
    },
    checkFold: (folded) => {
      checked.push(folded);
      if (!Number.isFinite(folded)) throw new RangeError('not finite');
    },
  });
  const ANEW = -1;
  const count = (results: readonly number[], checked: Json[] = []) => {
    const noted = note(results.map((result, index) => [index, ok(result)]));
    const { ledger, chunk } = countOutcomes(ledgerOf({ fold: 0 }), noted, sums(checked));
    return { fold: ledger.fold, failed: ledger.failures, statuses: chunk.outcomes.map((outcome) => outcome?.status) };
  };

  it.each([0, 1, 2])('fails the item that makes it, number %i of three, and no other', (odd) => {
    const message = 'the fold failed on its result: RangeError: not finite';
    expect(count([1, 2, 4].map((result, place) => (place === odd ? Number.POSITIVE_INFINITY : result)))).toEqual({
      fold: 7 - 2 ** odd,
      failed: [{ code: 'FoldFailed', count: 1, example: { index: odd, message } }],
      statuses: [0, 1, 2].map((place) => (place === odd ? 'failed' : 'succeeded')),
    });
  });

  it('fails its item, not a neighbour that then throws, even if a later one hides it', () => {
    const { fold, statuses } = count([Number.POSITIVE_INFINITY, 2, ANEW]);
    expect({ fold, statuses }).toEqual({ fold: 0, statuses: ['failed', 'succeeded', 'succeeded'] });
  });

  it('is looked for item by item only where there is one', () => {
    const checked: Json[] = [];
    expect(count([1, 2, 4], checked).fold).toBe(7);
    expect(checked).toEqual([7]);
  });
});

describe('release', () => {
  it('takes the claim out', () => {
    const ledger = ledgerOf({ open: [claim(0), claim(1)] });
    expect(release(ledger, 0)).toEqual({ ...ledger, open: [claim(1)] });
  });

  it('leaves a ledger alone that has no such claim', () => {
    const ledger = ledgerOf({ open: [claim(1)] });
    expect(release(ledger, 0)).toBe(ledger);
  });
});

describe('pendingTries', () => {
  const tries = (...from: Parameters<typeof pendingTries>) => [...pendingTries(...from)];

  it('are the next tries of the items without a result, within what the message permits', () => {
    const chunk = chunkOfThree(1, { outcomes: [done, null, null], attempts: [0, 1, 0] });
    expect(tries(chunk, { attempt: 1 })).toEqual([[5, 1]]);
    expect(tries(chunk, { attempt: 2 })).toEqual([
      [4, 2],
      [5, 1],
    ]);
    expect(tries(chunk, { items: [3, 4], attempt: 2 })).toEqual([[4, 2]]);
  });

  it('I2: follow the row, not the try that the message claims to be', () => {
    const chunk = chunkOfThree(1, { attempts: [0, 2, 0] });
    expect(tries(chunk, { attempt: 1_000_000 })).toEqual([
      [3, 1],
      [4, 3],
      [5, 1],
    ]);
  });

  it('I2: hold no items of another chunk, and treat a missing attempt as none', () => {
    expect(tries(chunkOfThree(1, { attempts: [] }), { items: [2, 3, 6], attempt: 1 })).toEqual([[3, 1]]);
  });
});

test('the next try follows the highest recorded try', () => {
  const chunk = chunkOfThree(1, { attempts: [0, 2, 1] });
  expect([nextTry(chunk, [3, 5]), nextTry(chunk, [3, 4, 5]), nextTry(chunk, [])]).toEqual([2, 3, 1]);
});

describe('the usual length of deliveries', () => {
  /** One after the other. */
  const after = (workedMs: readonly number[]) => {
    let now = NOW;
    const note = (ledger: ReturnType<typeof ledgerOf>, ms: number) => {
      now += Math.max(ms, 0);
      return noteWork(ledger, ms, now);
    };
    return workedMs.reduce(note, ledgerOf()).usualMs;
  };
  const steady = Array.from({ length: 30 }, () => 10_000);

  it('is their length if all are alike', () => {
    expect(after(steady)).toBeGreaterThan(9_900);
    expect(after(steady)).toBeLessThanOrEqual(10_000);
  });

  it('moves slowly towards one delivery; a frozen delivery counts as five minutes at most', () => {
    expect(after([90_000])).toBe(18_000);
    expect(after([1_000, 1_000, 90_000, ...Array.from({ length: 10 }, () => 1_000)])).toBeLessThan(3_000);
    expect(after([86_400_000])).toBe(60_000);
    expect(after([1_000, -5_000])).toBe(160);
  });

  it('counts deliveries that ran side by side once, so that a freeze of sixteen does not become usual', () => {
    const met = (ledger: ReturnType<typeof ledgerOf>) => noteWork(ledger, 120_000, NOW);
    const frozen = Array.from({ length: 16 }).reduce(met, ledgerOf());
    expect(frozen.usualMs).toBe(24_000);
    expect(noteWork(frozen, 1_000, NOW + 999)).toBe(frozen);
    expect(noteWork(frozen, 1_000, NOW + 1_000).usualMs).toBe(19_400);
  });

  it('does not overlook a long one because short ones end beside it', () => {
    const short = noteWork(ledgerOf(), 1_000, NOW);
    expect(noteWork(short, 100_000, NOW + 500).usualMs).toBe(20_000);
  });
});
