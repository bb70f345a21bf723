import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, chunkOfThree, claim, NOW, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import { dispatchShard } from './dispatch.ts';

const event = { type: 'dispatch', token: 'dispatch', chance } as const;
const run = runningRun({ epoch: 2 });

describe('dispatchShard', () => {
  it("moves an older ledger to the run's epoch, keeps its claims, tops up, and sends all claims", () => {
    const open = [claim(0, { sends: 4 }), claim(1, { notBefore: NOW + 300 })];
    const { state, effects } = dispatchShard(
      stateOf({ open, todo: [[2, 4]] }, [chunkOfThree(0)], runningRun({ epoch: 2, window: 9 })),
      event,
      policy,
      NOW,
    );
    expect(state.ledger).toMatchObject({ epoch: 2, todo: [[3, 4]] });
    expect(state.ledger.open).toEqual([
      { chunk: 0, at: NOW, sends: 4, by: 'dispatch' },
      { chunk: 1, at: NOW, sends: 0, by: 'dispatch', notBefore: NOW + 300 },
      { chunk: 2, at: NOW, sends: 0, by: 'dispatch' },
    ]);
    expect(effects).toMatchObject([
      { chunk: 0, epoch: 2, token: 'fresh.1', attempt: 3, items: [0, 1, 2], split: true, delayMs: 0 },
      { chunk: 1, epoch: 2, token: 'fresh.2', attempt: 3, split: false, delayMs: 300 },
      { chunk: 2, epoch: 2, token: 'fresh.3', attempt: 1, split: false, delayMs: 0 },
    ]);
  });

  it("I4: sends only its own claims if the ledger has the run's epoch already", () => {
    const open = [claim(0), claim(1, { by: 'dispatch' })];
    const { effects } = dispatchShard(stateOf({ epoch: 2, open }, [], run), event, policy, NOW);
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 1 }]);
  });

  it('reports a finished shard only when it moves the ledger', () => {
    expect(dispatchShard(stateOf({}, [], run), event, policy, NOW).effects).toEqual([
      { type: 'send-aggregate', node: 'work', since: 1, shard: 0, epoch: 2 },
    ]);
    expect(dispatchShard(stateOf({ epoch: 2 }, [], run), event, policy, NOW).effects).toEqual([]);
  });

  it.each([
    ['not-running', stateOf({}, [], suspendedRun({ epoch: 2 }))],
    ['stale-run', stateOf({ epoch: 3 }, [], run)],
    ['not-reopened', stateOf({ closed: true }, [], runningRun({ epoch: 2, reopenEpoch: 2 }))],
    ['shard-closed', stateOf({ closed: true, epoch: 2 }, [], run)],
  ])('changes nothing: %s', (dropped, state) => {
    expect(dispatchShard(state, event, policy, NOW)).toEqual({ state, effects: [], dropped });
  });
});
