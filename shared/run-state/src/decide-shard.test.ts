import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { claim, completedRun, failedRun, NOW, runningRun, stateOf } from '../test/states.ts';
import { decideShard } from './decide-shard.ts';

const close = (state: ReturnType<typeof stateOf>) => decideShard(state, { type: 'close' }, policy, NOW);

describe('closing a shard (I5)', () => {
  it("closes it in the run's epoch and touches nothing else", () => {
    const before = stateOf({ open: [claim(0)], todo: [[1, 2]] }, [], failedRun({ epoch: 2 }));
    expect(close(before)).toEqual({
      state: { ...before, ledger: { ...before.ledger, closed: true, epoch: 2 } },
      effects: [],
    });
  });

  it('changes nothing of a shard that is closed', () => {
    const before = stateOf({ closed: true }, [], completedRun());
    expect(close(before).state).toBe(before);
  });

  it('leaves a living run alone, and a shard that a rewind has opened meanwhile', () => {
    expect(close(stateOf({}, [], runningRun())).dropped).toBe('run-not-ended');
    expect(close(stateOf({ epoch: 3 }, [], failedRun({ epoch: 2 }))).dropped).toBe('stale-run');
  });
});
