import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, chunkOfThree, claim, NOW, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import { isToReopen, reopenShard } from './reopen.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const failed = { status: 'failed', error: { code: 'A', message: 'a' }, durationMs: 1 } as const;
const spoilt = (chunk: number) => chunkOfThree(chunk, { outcomes: [done, failed, failed], attempts: [0, 3, 1] });
const rewound = runningRun({ epoch: 2, reopenEpoch: 2 });
const failures = [{ code: 'A', count: 4, example: { index: 1, message: 'a' } }];
const event = (last: boolean) => ({ type: 'reopen', last, chance }) as const;

describe('reopenShard', () => {
  it('resets failed items, lowers the counts, and claims within the share in the last step', () => {
    const before = stateOf({ closed: true, failed: 4, succeeded: 2, failures }, [spoilt(0), spoilt(2)], rewound);
    const { state, effects } = reopenShard(before, event(true), policy, NOW);
    expect(state.ledger).toMatchObject({ epoch: 2, closed: false, failed: 0, succeeded: 2, failures: [], todo: [] });
    expect(state.ledger.open.map(({ chunk }) => chunk)).toEqual([0, 2]);
    expect(state.chunks.get(0)).toEqual(chunkOfThree(0, { outcomes: [done, null, null] }));
    expect(effects).toMatchObject([
      { chunk: 0, epoch: 2 },
      { chunk: 2, epoch: 2 },
    ]);
  });

  it("I7: keeps the ledger's epoch and claims nothing before the last step", () => {
    const before = stateOf({ closed: true, failed: 4, failures }, [spoilt(1)], rewound);
    const { state, effects } = reopenShard(before, event(false), policy, NOW);
    expect(state.ledger).toMatchObject({ epoch: 1, closed: true, failed: 2, open: [], todo: [[1, 1]] });
    expect(effects).toEqual([]);
  });

  it('I3: puts old claims back into todo, since the share may be smaller now', () => {
    const before = stateOf(
      { open: [claim(1, { sends: 5 }), claim(3), claim(4)], todo: [[5, 5]], failed: 2, failures },
      [spoilt(1)],
      rewound,
    );
    const { ledger } = reopenShard(before, event(true), policy, NOW).state;
    expect(ledger.open).toMatchObject([
      { chunk: 1, sends: 0 },
      { chunk: 3, sends: 0 },
    ]);
    expect(ledger.todo).toEqual([[4, 5]]);
  });

  it('reports a shard without failed items as finished', () => {
    const { effects } = reopenShard(
      stateOf({ closed: true }, [chunkOfThree(0, { outcomes: [done, done, done] })], rewound),
      event(true),
      policy,
      NOW,
    );
    expect(effects).toEqual([{ type: 'send-aggregate', node: 'work', since: 1, shard: 0, epoch: 2 }]);
  });

  it('I4: for an open shard sends only what this step has claimed', () => {
    const open = [claim(0, { by: 'fresh' }), claim(1)];
    const before = stateOf({ epoch: 2, open }, [], rewound);
    const decision = reopenShard(before, event(true), policy, NOW);
    expect(decision.state).toBe(before);
    expect(decision.effects).toMatchObject([{ type: 'send-chunk', chunk: 0 }]);
  });

  it('waits while the run is suspended', () => {
    const before = stateOf({}, [spoilt(0)], suspendedRun({ epoch: 2, reopenEpoch: 2 }));
    expect(reopenShard(before, event(true), policy, NOW)).toEqual({
      state: before,
      effects: [],
      dropped: 'not-running',
    });
  });

  it('resets the tries of an item that waited for a retry when the run ended', () => {
    const waited = chunkOfThree(0, { outcomes: [done, null, null], attempts: [1, 1, 0] });
    const { state, effects } = reopenShard(stateOf({ open: [claim(0)] }, [waited], rewound), event(true), policy, NOW);
    expect(state.chunks.get(0)?.attempts).toEqual([1, 0, 0]);
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 0, attempt: 1 }]);
  });

  it('finds chunks with failed items or unsuccessful tries', () => {
    const chunks = [
      spoilt(0),
      chunkOfThree(0, { attempts: [0, 1, 0] }),
      chunkOfThree(0, { attempts: [] }),
      chunkOfThree(0, { outcomes: [done, done, done], attempts: [1, 1, 1] }),
    ];
    expect(chunks.map(isToReopen)).toEqual([true, true, false, false]);
  });
});
