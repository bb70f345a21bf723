import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, chunkOfThree, claim, NOW, recordOf, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import { believedFrom, poisonChunk } from './poison.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const { message } = recordOf({});
const WAIT_MS = 40_000;
const event = { type: 'poison', message, reason: 'given up', waitMs: WAIT_MS, headInsertedAt: null, chance } as const;
const SPREAD_MS = policy.repair.overdueMs * policy.repair.singleSpreadFactor;

describe('poisonChunk (I6)', () => {
  it('sends the items without result one by one, and counts as repaired so often that later repairs do the same', () => {
    const before = stateOf({ open: [claim(0), claim(1)] }, [chunkOfThree(0, { outcomes: [done, null, null] })]);
    const { state, effects } = poisonChunk(before, event, policy, NOW);
    expect(effects).toMatchObject([
      { type: 'send-chunk', chunk: 0, items: [1, 2], attempt: 1, split: true, delayMs: SPREAD_MS },
    ]);
    expect(state.ledger.open).toEqual([
      { chunk: 0, at: NOW, sends: 4, by: 'mine', notBefore: NOW + SPREAD_MS },
      claim(1),
    ]);
  });

  it('keeps the repairs that are counted already', () => {
    const before = stateOf({ open: [claim(0, { sends: 5 })] }, [chunkOfThree(0)]);
    expect(poisonChunk(before, event, policy, NOW).state.ledger.open[0]?.sends).toBe(5);
  });

  it('sends the only item of a chunk that went out as a whole by itself first', () => {
    const before = stateOf({ open: [claim(0)] }, [chunkOfThree(0, { outcomes: [done, done, null] })]);
    const { state, effects } = poisonChunk(before, event, policy, NOW);
    expect(effects).toMatchObject([{ items: [2], split: true }]);
    expect(state.ledger).toMatchObject({ failed: 0, open: [{ sends: 4 }], owed: [] });
  });

  const alone = (over: Parameters<typeof claim>[1]) =>
    stateOf({ open: [claim(0, { sends: 4, ...over })] }, [chunkOfThree(0, { outcomes: [done, done, null] })]);

  it('records an item that has gone out by itself as failed, and owes its dead letter', () => {
    const { state, effects } = poisonChunk(alone({ at: NOW - WAIT_MS }), event, policy, NOW);
    const letter = { chunk: 0, at: NOW, items: [2], reason: 'given up', from: 'poison-queue' };
    expect(state.ledger).toMatchObject({ failed: 1, failures: [{ code: 'Poisoned' }], open: [], owed: [letter] });
    expect(effects).toEqual([{ type: 'dead-letter', shard: 0, ...letter }]);
    // Again, as after a crash in between: the letter is still owed, and no second one.
    const again = poisonChunk(state, event, policy, NOW + 1_000);
    expect(again).toEqual({ state, effects });
  });

  it('I2: does not believe a message about an item that went out too lately to be given up', () => {
    const early = [alone({ at: NOW - WAIT_MS + 1 }), alone({ at: NOW - 90_000, notBefore: NOW - WAIT_MS + 1 })];
    for (const state of early)
      expect(poisonChunk(state, event, policy, NOW)).toEqual({ state, effects: [], dropped: 'too-early' });
    expect(early.map(({ ledger }) => ledger.open.map((entry) => believedFrom(entry, event)))).toEqual([
      [NOW + 1],
      [NOW + 1],
    ]);
  });

  it('I2: does not believe one while a message waits that is no younger than what the claim has sent', () => {
    const state = alone({ at: NOW - 900_000, notBefore: NOW - 600_000 });
    const from = NOW - 600_000 + WAIT_MS;
    const droppedBy = (headInsertedAt: number) => poisonChunk(state, { ...event, headInsertedAt }, policy, NOW).dropped;
    expect(droppedBy(from)).toBe('too-early');
    expect(droppedBy(from + 1)).toBeUndefined();
  });

  it('I2: however often it is forged and whatever else waits, no item fails whose own message is queued', () => {
    const past = fc.integer({ min: 0, max: 10_000_000 });
    const claimed = fc.record({ age: past, hiddenMs: past, sentAfterMs: fc.integer({ min: 0, max: WAIT_MS }) });
    const forged = fc.array(fc.record({ laterMs: past, others: fc.array(past) }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(claimed, forged, ({ age, hiddenMs, sentAfterMs }, copies) => {
        const at = NOW - age;
        const own = at + sentAfterMs;
        let state = alone({ at, notBefore: at + hiddenMs });
        let now = Math.max(NOW, at + hiddenMs, own);
        for (const { laterMs, others } of copies) {
          now += laterMs;
          const headInsertedAt = Math.min(own, ...others.map((ageMs) => now - ageMs));
          state = poisonChunk(state, { ...event, headInsertedAt }, policy, now).state;
          expect(state.ledger.failed).toBe(0);
        }
      }),
    );
  });

  it('I4 I7: of a chunk that is done takes the claim out, and sends again what its own commit claimed', () => {
    const open = [claim(0), claim(1, { by: 'mine' })];
    const before = stateOf({ open }, [chunkOfThree(0, { outcomes: [done, done, done] })]);
    const { state, effects } = poisonChunk(before, event, policy, NOW);
    expect(state.ledger.open).toEqual([claim(1, { by: 'mine' })]);
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 1 }]);
  });

  it('sends nothing of a chunk that is not out', () => {
    const before = stateOf({ open: [claim(1)] }, [chunkOfThree(0)]);
    expect(poisonChunk(before, event, policy, NOW).effects).toEqual([]);
  });

  it.each([
    ['shard-closed', stateOf({ closed: true }, [chunkOfThree(0)])],
    ['old-epoch', stateOf({ epoch: 2 }, [chunkOfThree(0)], runningRun({ epoch: 2 }))],
    ['run-not-running', stateOf({}, [chunkOfThree(0)], suspendedRun())],
  ])('changes nothing: %s', (dropped, state) => {
    expect(poisonChunk(state, event, policy, NOW)).toEqual({ state, effects: [], dropped });
  });
});
