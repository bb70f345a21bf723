import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, chunkOfThree, claim, NOW, recordOf, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import { splitPoisoned } from './split-poisoned.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const { message } = recordOf({});
const event = { type: 'poison', message, chance } as const;
const SPREAD_MS = policy.repair.overdueMs * policy.repair.singleSpreadFactor;

describe('splitPoisoned (I6)', () => {
  it('sends unfinished items one by one, and counts enough repairs that later repairs do the same', () => {
    const before = stateOf({ open: [claim(0), claim(1)] }, [chunkOfThree(0, { outcomes: [done, null, null] })]);
    const { state, effects } = splitPoisoned(before, event, policy, NOW);
    expect(effects).toMatchObject([
      { type: 'send-chunk', chunk: 0, items: [1, 2], attempt: 1, split: true, delayMs: SPREAD_MS },
    ]);
    expect(state.ledger.open).toEqual([
      { chunk: 0, at: NOW, sends: 4, by: 'mine', notBefore: NOW + SPREAD_MS },
      claim(1),
    ]);
  });

  it('sends the only item of a chunk alone first if the chunk went out as a whole', () => {
    const before = stateOf({ open: [claim(0)] }, [chunkOfThree(0, { outcomes: [done, done, null] })]);
    const { state, effects } = splitPoisoned(before, event, policy, NOW);
    expect(effects).toMatchObject([{ items: [2], split: true }]);
    expect(state.ledger).toMatchObject({ failed: 0, open: [{ sends: 4 }], outbox: [] });
  });

  it.each([
    ['a single item', { items: [2] }],
    ['the chunk as a whole', {}],
  ])(
    'I2: changes nothing for %s of a claim that goes item by item: it neither fails it nor sends it again',
    (_, named) => {
      for (const sends of [4, 5]) {
        const before = stateOf({ open: [claim(0, { at: NOW - 10_000_000, sends })] }, [chunkOfThree(0)]);
        let { state } = splitPoisoned(before, { ...event, message: { ...message, ...named } }, policy, NOW);
        for (let copy = 0; copy < 32; copy += 1) {
          const again = splitPoisoned(state, { ...event, message: { ...message, ...named } }, policy, NOW + copy);
          expect(again.effects).toEqual([]);
          ({ state } = again);
        }
        expect(state).toEqual(before);
      }
    },
  );

  it('I4: sends the items again that its own commit split off, with the remaining delay', () => {
    const before = stateOf({ open: [claim(0)] }, [chunkOfThree(0)]);
    const { state } = splitPoisoned(before, event, policy, NOW);
    const again = splitPoisoned(state, event, policy, NOW + 60_000);
    expect(again.state).toEqual(state);
    expect(again.effects).toMatchObject([{ items: [0, 1, 2], split: true, delayMs: SPREAD_MS - 60_000 }]);
  });

  it('I4 I7: removes the claim of a finished chunk, and sends again what its own commit claimed', () => {
    const open = [claim(0), claim(1, { by: 'mine' })];
    const before = stateOf({ open }, [chunkOfThree(0, { outcomes: [done, done, done] })]);
    const { state, effects } = splitPoisoned(before, event, policy, NOW);
    expect(state.ledger.open).toEqual([claim(1, { by: 'mine' })]);
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 1 }]);
  });

  it('sends nothing for a chunk without a claim', () => {
    const before = stateOf({ open: [claim(1)] }, [chunkOfThree(0)]);
    expect(splitPoisoned(before, event, policy, NOW).effects).toEqual([]);
  });

  it.each([
    ['shard-closed', stateOf({ closed: true }, [chunkOfThree(0)])],
    ['old-epoch', stateOf({ epoch: 2 }, [chunkOfThree(0)], runningRun({ epoch: 2 }))],
    ['not-running', stateOf({}, [chunkOfThree(0)], suspendedRun())],
  ])('changes nothing: %s', (dropped, state) => {
    expect(splitPoisoned(state, event, policy, NOW)).toEqual({ state, effects: [], dropped });
  });
});
