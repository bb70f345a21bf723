import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { busy, chunkOfThree, claim, NOW, ok, recordOf, stateOf, suspendedRun } from '../test/states.ts';
import { recordOutcomes } from './record.ts';

/** A delivery that began before any message renewed its claim, and has ended with these items untried. */
const cut = (untried: readonly number[], outcomes: Parameters<typeof recordOf>[0] = {}) => ({
  ...recordOf(outcomes),
  workedMs: 900,
  untried,
});

describe('a delivery that has used up its time (I1 I3 I4)', () => {
  it('records its results, and sends the rest again at once under its claim, for the same try', () => {
    const before = stateOf({ open: [claim(0, { sends: 2 }), claim(1)], todo: [[2, 3]] }, [chunkOfThree(0)]);
    const { state, effects } = recordOutcomes(before, cut([1, 2], { 0: ok(1) }), policy, NOW);
    expect(state.ledger).toMatchObject({ succeeded: 1, todo: [[2, 3]] });
    expect(state.ledger.open).toEqual([{ chunk: 0, at: NOW, sends: 0, by: 'mine' }, claim(1)]);
    expect(state.chunks.get(0)?.attempts).toEqual([0, 0, 0]);
    expect(effects).toMatchObject([
      { type: 'send-chunk', chunk: 0, items: [1, 2], attempt: 1, split: false, delayMs: 0 },
    ]);
    expect(effects).toHaveLength(1);
  });

  it('sends the rest again if a crash kept it from being sent; a duplicate does not', () => {
    const before = stateOf({ open: [claim(0)] }, [chunkOfThree(0)]);
    const { state } = recordOutcomes(before, cut([1, 2], { 0: ok(1) }), policy, NOW);
    const redelivered = recordOutcomes(state, recordOf({}), policy, NOW + 1_000);
    expect(redelivered.effects).toMatchObject([{ items: [1, 2] }]);
    const duplicate = { ...cut([1, 2]), message: { ...recordOf({}).message, token: 'copy' } };
    expect(recordOutcomes(state, duplicate, policy, NOW + 100).effects).toEqual([]);
  });

  it('sends the rest once if this delivery owns the claim already', () => {
    const before = stateOf({ open: [claim(0, { by: 'mine' })] }, [chunkOfThree(0)]);
    expect(recordOutcomes(before, cut([1, 2], { 0: ok(1) }), policy, NOW).effects).toMatchObject([{ items: [1, 2] }]);
  });

  it('keeps a retry beside the rest', () => {
    const before = stateOf({ open: [claim(0)] }, [chunkOfThree(0)]);
    const { state, effects } = recordOutcomes(before, cut([2], { 0: ok(1), 1: busy }), policy, NOW);
    expect(effects).toMatchObject([
      { items: [1], attempt: 2 },
      { items: [2], attempt: 1, delayMs: 0 },
    ]);
    expect(state.ledger.open).toMatchObject([{ chunk: 0, at: NOW, by: 'mine' }]);
  });

  it('I6: keeps the repair counts of single items, so that a bad item comes to an end', () => {
    const before = stateOf({ open: [claim(0, { sends: 4 })] }, [chunkOfThree(0)]);
    expect(recordOutcomes(before, cut([1]), policy, NOW).state.ledger.open).toMatchObject([{ sends: 4, at: NOW }]);
  });

  it('sends nothing for a suspended run or an unclaimed chunk', () => {
    const suspended = stateOf({ open: [claim(0)] }, [chunkOfThree(0)], suspendedRun());
    expect(recordOutcomes(suspended, cut([1]), policy, NOW).effects).toEqual([]);
    const unclaimed = recordOutcomes(stateOf({ open: [claim(1)] }, [chunkOfThree(0)]), cut([1]), policy, NOW);
    expect(unclaimed.effects).toEqual([]);
  });
});
