import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import {
  broken,
  busy,
  chunkOfThree,
  claim,
  failedRun,
  ledgerOf,
  NOW,
  ok,
  recordOf,
  runningRun,
  stateOf,
  suspendedRun,
} from '../test/states.ts';
import { recordOutcomes } from './record.ts';

const all = { 0: ok(1), 1: ok(2), 2: ok(3) };
const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const complete = chunkOfThree(0, { outcomes: [done, done, done] });

describe('recordOutcomes', () => {
  it('I1 I3 I4: counts results, removes the claim, claims the next chunk under its own token and sends it', () => {
    const { state, effects } = recordOutcomes(
      stateOf({ open: [claim(0), claim(1)], todo: [[2, 3]] }, [chunkOfThree(0)]),
      recordOf(all),
      policy,
      NOW,
    );
    expect(state.ledger).toMatchObject({ succeeded: 3, fold: { count: 3, sum: 6, max: 3 }, todo: [[3, 3]] });
    expect(state.ledger.open).toEqual([claim(1), { chunk: 2, at: NOW, sends: 0, by: 'mine' }]);
    expect(effects).toEqual([
      { type: 'send-chunk', shard: 0, chunk: 2, epoch: 1, token: 'fresh.1', attempt: 1, split: false, delayMs: 0 },
    ]);
  });

  it('reports the shard as finished with its last chunk, and again with each later delivery', () => {
    const aggregate = [{ type: 'send-aggregate', node: 'work', since: 1, shard: 0, epoch: 1 }];
    expect(
      recordOutcomes(stateOf({ open: [claim(0)] }, [chunkOfThree(0)]), recordOf(all), policy, NOW).effects,
    ).toEqual(aggregate);
    expect(recordOutcomes(stateOf({}, [complete]), recordOf({}), policy, NOW).effects).toEqual(aggregate);
  });

  it('I6: writes a dead letter of its own chunk that waits in the outbox, and no other', () => {
    const outbox = [0, 1].map((chunk) => ({ chunk, at: NOW - 1_000, items: [3 * chunk], reason: 'lost' }));
    const { effects } = recordOutcomes(stateOf({ outbox }, [complete]), recordOf({}), policy, NOW);
    expect(effects).toEqual([{ type: 'dead-letter', shard: 0, ...outbox[0] }]);
  });

  it('reports nothing for a counted shard', () => {
    const counted = runningRun({ shards: 2, counted: [0] });
    expect(recordOutcomes(stateOf({}, [complete], counted), recordOf({}), policy, NOW).effects).toEqual([]);
  });

  it('I4: sends exactly its own claims again', () => {
    const open = [claim(1, { by: 'mine' }), claim(2, { by: 'another' })];
    const { effects, state } = recordOutcomes(stateOf({ open }, [complete]), recordOf(all), policy, NOW);
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 1 }]);
    expect(state.ledger.open).toEqual(open);
  });

  it('I4: sends the retry that it has recorded, and sends it again if it is repeated', () => {
    const open = [claim(0), claim(1)];
    const first = recordOutcomes(stateOf({ open }, [chunkOfThree(0)]), recordOf({ 0: ok(1), 1: busy }), policy, NOW);
    const retry = { type: 'send-chunk', chunk: 0, attempt: 2, items: [1], split: false, delayMs: 5_000 };
    expect(first.effects).toMatchObject([retry]);
    expect(first.state.ledger.open).toEqual([claim(0, { by: 'mine', notBefore: NOW + 5_000 }), claim(1)]);

    const second = recordOutcomes(first.state, recordOf({ 0: ok(1), 1: busy }, { items: [0, 1] }), policy, NOW + 1_000);
    expect(second.effects).toMatchObject([{ ...retry, delayMs: 4_000 }]);
    expect(second.state.ledger).toEqual(first.state.ledger);
  });

  it('I2: a message for an unclaimed chunk records results and leaves failed tries to the owner of the claim', () => {
    const before = stateOf({ todo: [[0, 3]], open: [claim(7), claim(8)] }, [chunkOfThree(0)]);
    const { state, effects } = recordOutcomes(before, recordOf({ 0: ok(1), 1: busy }), policy, NOW);
    expect(state.ledger).toEqual({ ...before.ledger, succeeded: 1, fold: { count: 1, sum: 1, max: 1 } });
    expect(state.chunks.get(0)?.attempts).toEqual([0, 0, 0]);
    expect(effects).toEqual([]);
  });

  it('I2: the try in a message neither fails an item earlier nor enters the next message', () => {
    const before = stateOf({ open: [claim(0)] }, [chunkOfThree(0)]);
    const event = { ...recordOf({ 1: busy }, { attempt: 1e15, items: undefined }), tries: new Map([[1, 1]]) };
    const { state, effects } = recordOutcomes(before, event, policy, NOW);
    expect(state.chunks.get(0)?.attempts).toEqual([0, 1, 0]);
    expect(effects).toMatchObject([{ type: 'send-chunk', attempt: 2, items: [1], delayMs: 5_000 }]);
  });

  it('I4: a repeated message of a whole chunk sends the rest that its own commit left open', () => {
    const open = [claim(0, { by: 'mine', notBefore: NOW + 100 })];
    const chunk = chunkOfThree(0, { outcomes: [done, null, null], attempts: [0, 1, 1] });
    const { effects } = recordOutcomes(stateOf({ open }, [chunk]), recordOf({}, { items: undefined }), policy, NOW);
    expect(effects).toMatchObject([{ attempt: 2, items: [1, 2], split: false, delayMs: 100 }]);
  });

  describe('of a delivery that continues with a claim of its own commit', () => {
    /** A part of chunk 0 in a window of two: item 1 is done, item 0 is permitted by another message. */
    const stateWith = (attempts: number[], over: Partial<ReturnType<typeof claim>> & { notBefore?: number } = {}) =>
      stateOf(
        { open: [claim(0, { items: [0, 2], by: 'mine', ...over })], succeeded: 1 },
        [chunkOfThree(0, { attempts, outcomes: [null, done, null] })],
        runningRun({ window: 2 }),
      );
    const items = (outcomes: Parameters<typeof recordOf>[0], state: ReturnType<typeof stateWith>, others: number[]) => {
      const inHand = [0, 2].filter((index) => !others.includes(index));
      const event = { ...recordOf(outcomes, { items: inHand }), sent: new Set([0]), others };
      const { effects } = recordOutcomes(state, event, policy, NOW);
      return effects.flatMap((effect) => (effect.type === 'send-chunk' ? [effect.items] : []));
    };

    it('I3 I4: sends nothing again that another message permits', () => {
      expect(items({ 2: ok(3) }, stateWith([0, 0, 0]), [0])).toEqual([]);
    });

    it('I4: sends the retry of its own item again where the answer to its commit was lost, and no other', () => {
      expect(items({ 2: busy }, stateWith([0, 0, 1], { notBefore: NOW + 5_000 }), [0])).toEqual([[2]]);
    });

    it('I4: sends an item that waits for a further try once', () => {
      expect(items({ 0: ok(1) }, stateWith([0, 0, 1]), [])).toEqual([[2]]);
    });
  });

  it('I4: does not send a retry of another delivery', () => {
    const first = recordOutcomes(
      stateOf({ open: [claim(0)], todo: [] }, [chunkOfThree(0)]),
      recordOf({ 0: busy }),
      policy,
      NOW,
    );
    expect(recordOutcomes(first.state, recordOf({ 0: busy }, { token: 'copy' }), policy, NOW).effects).toEqual([]);
  });

  it('I7: an old epoch records results and changes no claim', () => {
    const before = stateOf({ epoch: 2, open: [claim(0)], todo: [[1, 2]] }, [chunkOfThree(0)], runningRun({ epoch: 2 }));
    const { state, effects, dropped } = recordOutcomes(before, recordOf(all), policy, NOW);
    expect(state.ledger).toEqual({ ...before.ledger, succeeded: 3, fold: { count: 3, sum: 6, max: 3 } });
    expect([effects, dropped]).toEqual([[], undefined]);
  });

  it('I7: an old epoch without new results is dropped', () => {
    const before = stateOf({ epoch: 2, open: [claim(0)] }, [complete], runningRun({ epoch: 2 }));
    expect(recordOutcomes(before, recordOf(all), policy, NOW)).toEqual({
      state: before,
      effects: [],
      dropped: 'old-epoch',
    });
  });

  it('I5: a closed shard takes no result', () => {
    const before = stateOf({ closed: true, open: [claim(0)] }, [chunkOfThree(0)], failedRun());
    expect(recordOutcomes(before, recordOf(all), policy, NOW)).toEqual({
      state: before,
      effects: [],
      dropped: 'shard-closed',
    });
  });

  it('while suspended, records results and removes the claim, but neither claims nor retries', () => {
    const before = stateOf({ open: [claim(0)], todo: [[1, 1]] }, [chunkOfThree(0)], suspendedRun());
    const finished = recordOutcomes(before, recordOf(all), policy, NOW);
    expect(finished.state.ledger).toMatchObject({ open: [], todo: [[1, 1]], succeeded: 3 });
    const failed = recordOutcomes(before, recordOf({ 0: busy }), policy, NOW);
    expect(failed.state.ledger).toEqual(before.ledger);
    expect([...finished.effects, ...failed.effects]).toEqual([]);
  });

  it('asks for a dispatch if the run row, which may be stale, leaves no share to the shard', () => {
    const run = runningRun({ shards: 2, window: 3 });
    const before = stateOf({ shard: 1, open: [claim(0)], todo: [[1, 1]] }, [chunkOfThree(0)], run);
    const { state, effects } = recordOutcomes(before, recordOf(all), policy, NOW);
    expect(state.ledger.open).toEqual([]);
    expect(effects).toEqual([
      { type: 'send-dispatch', node: 'work', since: 1, epoch: 1, token: 'fresh.1', shards: [1] },
    ]);
  });

  it('fails the node once, with the item that exceeds its tolerance', () => {
    const run = runningRun({ tolerance: { count: 0 } });
    const first = recordOutcomes(
      stateOf({ open: [claim(0)] }, [chunkOfThree(0)], run),
      recordOf({ 0: broken }),
      policy,
      NOW,
    );
    expect(first.effects).toMatchObject([{ type: 'fail-node', failure: { code: 'FailureToleranceExceeded' } }]);
    expect(recordOutcomes(first.state, recordOf({ 1: broken }), policy, NOW).effects).toEqual([]);
  });

  it('fails the run if its deadline has passed, whatever the results', () => {
    const run = runningRun({ options: { deadline: NOW - 1 }, tolerance: { count: 0 } });
    const { effects } = recordOutcomes(
      stateOf({ open: [claim(0)] }, [chunkOfThree(0)], run),
      recordOf({ 0: broken }),
      policy,
      NOW,
    );
    expect(effects).toMatchObject([{ type: 'fail-run', failure: { code: 'DeadlineExceeded' } }]);
  });

  it('names the row that is missing', () => {
    expect(() => recordOutcomes(stateOf({}), recordOf(all), policy, NOW)).toThrow('chunk 0 of shard 0 was not loaded');
    expect(ledgerOf().shard).toBe(0);
  });
});
