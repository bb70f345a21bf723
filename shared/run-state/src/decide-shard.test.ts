import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import {
  chance,
  chunkOfThree,
  claim,
  completedRun,
  failedRun,
  NOW,
  runningRun,
  stateOf,
  suspendedRun,
} from '../test/states.ts';
import { decideShard } from './decide-shard.ts';

const close = (state: ReturnType<typeof stateOf>) => decideShard(state, { type: 'close' }, policy, NOW);

it('passes each event to its own rules', () => {
  const state = stateOf({ open: [claim(0)] }, [chunkOfThree(0)], runningRun());
  const head = { epoch: 1, chunk: 0, token: 'mine', attempt: 1 };
  const poison = { type: 'poison', message: head, chance } as const;
  expect(decideShard(state, poison, policy, NOW).effects).toMatchObject([{ type: 'send-chunk', split: true }]);
  const reopen = { type: 'reopen', last: true, chance } as const;
  expect(decideShard(stateOf({}, [], runningRun({ status: 'Suspended' })), reopen, policy, NOW).dropped).toBe(
    'not-running',
  );
});

describe('closing a shard (I5)', () => {
  it("closes the shard in the run's epoch and changes nothing else", () => {
    const before = stateOf({ open: [claim(0)], todo: [[1, 2]] }, [], failedRun({ epoch: 2 }));
    expect(close(before)).toEqual({
      state: { ...before, ledger: { ...before.ledger, closed: true, epoch: 2 } },
      effects: [],
    });
  });

  it('changes nothing if the shard is closed already', () => {
    const before = stateOf({ closed: true }, [], completedRun());
    expect(close(before).state).toBe(before);
  });

  it('changes nothing if the run is live or a rewind has reopened the shard', () => {
    expect(close(stateOf({}, [], runningRun())).dropped).toBe('not-ended');
    expect(close(stateOf({ epoch: 3 }, [], failedRun({ epoch: 2 }))).dropped).toBe('stale-run');
  });
});

describe('a message that is delivered while its run is suspended', () => {
  const idle = (state: ReturnType<typeof stateOf>, epoch = 1) =>
    decideShard(state, { type: 'idle', message: { epoch, chunk: 1 } }, policy, NOW);

  it('marks its claim once as having no message out', () => {
    const before = stateOf({ open: [claim(0), claim(1)] }, [], suspendedRun());
    const { state, effects } = idle(before);
    expect(state.ledger).toEqual({ ...before.ledger, open: [claim(0), claim(1, { isIdle: true })] });
    expect(effects).toEqual([]);
    expect(idle(state).state).toBe(state);
  });

  it('changes nothing if the run is not suspended, the epoch differs, or there is no claim', () => {
    for (const state of [stateOf({ open: [claim(1)] }), stateOf({ open: [claim(0)] }, [], suspendedRun())]) {
      expect(idle(state).state).toBe(state);
    }
    const other = stateOf({ open: [claim(1)] }, [], suspendedRun());
    expect(idle(other, 2).state).toBe(other);
  });
});
