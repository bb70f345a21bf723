import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, claim, failedRun, NOW, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import { decideShard } from './decide-shard.ts';
import type { ShardEvent, ShardState } from './shard-state.ts';

const letter = { chunk: 3, at: NOW - 5_000, items: [9, 11], reason: 'no result came' };
const later = { ...letter, at: NOW };
const effect = { type: 'dead-letter', shard: 0, ...letter };
const kept = { type: 'outbox-delivered', at: letter.at, item: 9 } as const;
const decide = (state: ShardState, event: ShardEvent) => decideShard(state, event, policy, NOW);

describe('the outbox of dead letters (I6)', () => {
  it('are written by the next pass if a process died before it wrote them', () => {
    const before = stateOf({ outbox: [letter], open: [claim(1)] });
    const { state, effects } = decide(before, {
      type: 'repair',
      look: { headInsertedAt: null, servedAt: NOW },
      chance,
    });
    expect(effects).toEqual([effect]);
    expect(state.ledger).toEqual(before.ledger);
  });

  it('are written when the shard is closed, also if another process has closed it', () => {
    const open = stateOf({ outbox: [letter, later] }, [], failedRun({ epoch: 2 }));
    const closed = decide(open, { type: 'close' });
    expect(closed.effects).toEqual([effect, { ...effect, at: NOW }]);
    expect(decide(closed.state, { type: 'close' })).toEqual({ state: closed.state, effects: closed.effects });
  });

  it('delay the counting of the shard until the last one is removed', () => {
    const before = stateOf({ outbox: [letter, later] });
    const one = decide(before, kept);
    expect(one).toEqual({ state: { ...before, ledger: { ...before.ledger, outbox: [later] } }, effects: [] });
    const none = decide(one.state, { ...kept, at: NOW });
    expect(none.state.ledger.outbox).toEqual([]);
    expect(none.effects).toEqual([{ type: 'send-aggregate', node: 'work', since: 1, shard: 0, epoch: 1 }]);
  });

  it('are removed once, and report no shard that is at work, counted, suspended or closed', () => {
    const emptied = stateOf({});
    expect(decide(emptied, kept)).toEqual({ state: emptied, effects: [] });
    expect(decide(stateOf({ outbox: [letter], open: [claim(1)] }), kept).effects).toEqual([]);
    expect(decide(stateOf({ outbox: [letter] }, [], runningRun({ counted: [0] })), kept).effects).toEqual([]);
    expect(decide(stateOf({ outbox: [letter] }, [], suspendedRun()), kept).effects).toEqual([]);
    const closed = decide(stateOf({ outbox: [letter], closed: true }, [], failedRun()), kept);
    expect(closed).toMatchObject({ state: { ledger: { outbox: [], closed: true } }, effects: [] });
  });
});
