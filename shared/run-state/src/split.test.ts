import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, chunkOfThree, claim, NOW, recordOf, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import { splitChunk } from './split.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const { message } = recordOf({});
const event = { type: 'split', message, chance } as const;
const SPREAD_MS = policy.repair.overdueMs * policy.repair.singleSpreadFactor;

describe('splitChunk (I6)', () => {
  it('sends the items without result one by one, and counts as repaired so often that later repairs do the same', () => {
    const before = stateOf({ open: [claim(0), claim(1)] }, [chunkOfThree(0, { outcomes: [done, null, null] })]);
    const { state, effects } = splitChunk(before, event, policy, NOW);
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
    expect(splitChunk(before, event, policy, NOW).state.ledger.open[0]?.sends).toBe(5);
  });

  it('I4 I7: of a chunk that is done takes the claim out, and sends again what its own commit claimed', () => {
    const open = [claim(0), claim(1, { by: 'mine' })];
    const before = stateOf({ open }, [chunkOfThree(0, { outcomes: [done, done, done] })]);
    const { state, effects } = splitChunk(before, event, policy, NOW);
    expect(state.ledger.open).toEqual([claim(1, { by: 'mine' })]);
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 1 }]);
  });

  it('sends nothing of a chunk that is not out', () => {
    const before = stateOf({ open: [claim(1)] }, [chunkOfThree(0)]);
    expect(splitChunk(before, event, policy, NOW).effects).toEqual([]);
  });

  it.each([
    ['shard-closed', stateOf({ closed: true }, [chunkOfThree(0)])],
    ['old-epoch', stateOf({ epoch: 2 }, [chunkOfThree(0)], runningRun({ epoch: 2 }))],
    ['run-not-running', stateOf({}, [chunkOfThree(0)], suspendedRun())],
  ])('changes nothing: %s', (dropped, state) => {
    expect(splitChunk(state, event, policy, NOW)).toEqual({ state, effects: [], dropped });
  });
});
