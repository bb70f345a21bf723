import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { chance, chunkOfThree, claim, ledgerOf, NOW, runningRun, stateOf, suspendedRun } from '../test/states.ts';
import type { QueueLook } from './queue-look.ts';
import { claimsInDoubt, overdueClaims, poisonedClaims, repairShard } from './repair.ts';

const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const look: QueueLook = { headInsertedAt: null, servedAt: NOW };
const event = { type: 'repair', look, chance } as const;
const longAgo = NOW - 10_000_000;
const overdue = (ledger: Parameters<typeof ledgerOf>[0], headInsertedAt: number | null = null) =>
  overdueClaims(ledgerOf(ledger), policy.repair, headInsertedAt, NOW).map(({ chunk }) => chunk);

describe('overdueClaims', () => {
  it('are out for longer than a minute, doubled with each repair', () => {
    const open = [60_000, 60_001].map((waitedMs, chunk) => claim(chunk, { at: NOW - waitedMs }));
    expect(overdue({ open })).toEqual([1]);
    const repaired = [120_000, 120_001].map((waitedMs, chunk) => claim(chunk, { at: NOW - waitedMs, sends: 1 }));
    expect(overdue({ open: repaired })).toEqual([1]);
  });

  it('I6: for single items wait four minutes after their spread, and twelve before they are given up', () => {
    const after = (waitedMs: number, sends: number) => claim(sends, { at: longAgo, sends, notBefore: NOW - waitedMs });
    expect(overdue({ open: [after(240_000, 4), after(720_000, 5)] })).toEqual([]);
    expect(overdue({ open: [after(240_001, 4), after(720_001, 5)] })).toEqual([4, 5]);
  });

  it('I2: are not given up while their own message is queued, whatever else waits and however late it was put', () => {
    const past = fc.integer({ min: 0, max: 10_000_000 });
    const lease = fc.integer({ min: 0, max: 600_000 });
    fc.assert(
      fc.property(
        past,
        fc.integer({ min: 0, max: 300_000 }),
        lease,
        past,
        fc.array(past),
        (age, hidden, late, more, others) => {
          const at = NOW - age;
          const put = at + late;
          const now = Math.max(NOW, at + hidden, put) + more;
          const head = Math.min(put, ...others.map((ageMs) => now - ageMs));
          const ledger = ledgerOf({ open: [claim(0, { at, sends: 5, notBefore: at + hidden })] });
          expect(overdueClaims(ledger, policy.repair, head, now)).toEqual([]);
        },
      ),
    );
  });

  it('wait for three times the usual length of a delivery, if that is longer', () => {
    expect(overdue({ open: [claim(0, { at: NOW - 90_000 })], usualMs: 30_000 })).toEqual([]);
    expect(overdue({ open: [claim(0, { at: NOW - 90_001 })], usualMs: 30_000 })).toEqual([0]);
  });

  it('count a retry from the time when it may be delivered', () => {
    expect(overdue({ open: [claim(0, { at: longAgo, notBefore: NOW - 50_000 })] })).toEqual([]);
  });

  it('exclude claims while an older message still waits', () => {
    const at = NOW - 100_000;
    expect(overdue({ open: [claim(0, { at })] }, at - 1)).toEqual([]);
    expect(overdue({ open: [claim(0, { at })] }, at + 1)).toEqual([0]);
  });
});

describe('repairShard', () => {
  it('sends an overdue chunk again, counts the repair, and leaves other claims, the epoch and todo alone', () => {
    const before = stateOf({
      open: [claim(0, { at: longAgo, sends: 0, notBefore: longAgo }), claim(1)],
      todo: [[2, 3]],
    });
    const { state, effects } = repairShard(before, event, policy, NOW);
    expect(state.ledger).toEqual({ ...before.ledger, open: [{ chunk: 0, at: NOW, sends: 1, by: 'fresh' }, claim(1)] });
    expect(effects).toMatchObject([{ type: 'send-chunk', chunk: 0, split: false, delayMs: 0 }]);
  });

  it('I6: spreads chunks in the second repair, so that chunks that failed together do not come back together', () => {
    const open = Array.from({ length: 16 }, (_, chunk) => claim(chunk, { at: longAgo, sends: 1 }));
    const { state, effects } = repairShard(stateOf({ open }), event, policy, NOW);
    const delays = effects.map((effect) => (effect.type === 'send-chunk' ? effect.delayMs : -1));
    expect(new Set(delays).size).toBe(16);
    for (const delayMs of delays) {
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(policy.repair.overdueMs);
    }
    expect(state.ledger.open.map((entry) => (entry.notBefore ?? 0) - NOW)).toEqual(delays);
  });

  it('I6: sends single items after three repairs', () => {
    const before = stateOf({ open: [claim(0, { at: longAgo, sends: 2 }), claim(1, { at: longAgo, sends: 3 })] }, [
      chunkOfThree(1, { outcomes: [done, null, null] }),
    ]);
    expect(repairShard(before, event, policy, NOW).effects).toMatchObject([
      { split: false },
      { split: true, items: [4, 5], delayMs: policy.repair.overdueMs * policy.repair.singleSpreadFactor },
    ]);
  });

  it('permits any next try, since the try of the lost message is unknown', () => {
    const before = stateOf({ open: [claim(0, { at: longAgo })] });
    expect(repairShard(before, event, policy, NOW).effects).toMatchObject([{ attempt: policy.retry.maxAttempts }]);
  });

  it('needs the chunk rows of overdue claims that go item by item or are given up', () => {
    const open = [2, 3, 4, 5].map((sends, chunk) => claim(chunk, { at: longAgo, sends }));
    const ledger = ledgerOf({ open: [...open, claim(9, { sends: 5 })] });
    expect(claimsInDoubt(ledger, policy.repair, NOW, null).map(({ chunk }) => chunk)).toEqual([1, 2, 3]);
    expect(claimsInDoubt(ledger, policy.repair, NOW).map(({ chunk }) => chunk)).toEqual([2, 3, 9]);
  });

  it('I6: after five repairs gives up the rest of the chunk, with a dead letter, and claims the next chunk', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, null, null] });
    const before = stateOf({ open: [claim(0, { at: longAgo, sends: 5 }), claim(1)], todo: [[4, 4]], succeeded: 1 }, [
      chunk,
    ]);
    const { state, effects } = repairShard(before, event, policy, NOW);
    expect(state.ledger).toMatchObject({
      succeeded: 1,
      failed: 2,
      failures: [{ code: 'Poisoned', count: 2 }],
      todo: [],
      outbox: [{ chunk: 0, items: [1, 2], at: NOW }],
    });
    expect(state.ledger.open.map((entry) => entry.chunk)).toEqual([1, 4]);
    expect(state.chunks.get(0)?.outcomes).toMatchObject([
      done,
      { error: { code: 'Poisoned' } },
      { error: { code: 'Poisoned' } },
    ]);
    expect(effects).toMatchObject([
      { type: 'dead-letter', chunk: 0, items: [1, 2], at: NOW },
      { type: 'send-chunk', chunk: 4 },
    ]);
  });

  it('R8: gives nothing up unless a worker has served it; sends it again and counts no send', () => {
    const open = [claim(0, { at: longAgo, sends: 5 }), claim(1, { at: longAgo - 1, sends: 5 })];
    for (const servedAt of [null, longAgo - 2]) {
      const before = stateOf({ open }, [chunkOfThree(0), chunkOfThree(1)]);
      const { state, effects } = repairShard(before, { ...event, look: { ...look, servedAt } }, policy, NOW);
      expect(state.ledger.open).toMatchObject([0, 1].map((chunk) => ({ chunk, at: NOW, sends: 5, by: 'fresh' })));
      expect(effects.map(({ type }) => type)).toEqual(['send-chunk', 'send-chunk']);
    }
    const served = repairShard(
      stateOf({ open }, [chunkOfThree(1), chunkOfThree(0)]),
      { ...event, look: { ...look, servedAt: longAgo - 1 } },
      policy,
      NOW,
    );
    expect(served.state.ledger).toMatchObject({ failed: 3, open: [{ chunk: 0, sends: 5 }] });
  });

  it('keeps no dead letter for a chunk that a late worker has finished', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, done, done] });
    const before = stateOf({ open: [claim(0, { at: longAgo, sends: 5 })] }, [chunk]);
    const { state, effects } = repairShard(before, event, policy, NOW);
    expect(state.ledger.open).toEqual([]);
    expect(effects).toEqual([{ type: 'send-aggregate', node: 'work', since: 1, shard: 0, epoch: 1 }]);
  });

  it('gives up at most 99 chunks at once, since a transaction holds 100 rows', () => {
    const open = Array.from({ length: 150 }, (_, chunk) => claim(chunk, { at: longAgo, sends: 5 }));
    const given = poisonedClaims(ledgerOf({ open }), policy.repair, look, NOW);
    expect(given).toEqual(open.slice(0, 99));
    const chunks = given.map((entry) => chunkOfThree(entry.chunk));
    const { state } = repairShard(stateOf({ open }, chunks), event, policy, NOW);
    expect(state.ledger.open).toEqual(open.slice(99));
  });

  it('tops up, and reports a finished shard', () => {
    expect(repairShard(stateOf({ todo: [[0, 0]] }), event, policy, NOW).effects).toMatchObject([
      { type: 'send-chunk', chunk: 0 },
    ]);
    expect(repairShard(stateOf({}), event, policy, NOW).effects).toEqual([
      { type: 'send-aggregate', node: 'work', since: 1, shard: 0, epoch: 1 },
    ]);
    expect(repairShard(stateOf({}, [], runningRun({ shards: 2, counted: [0] })), event, policy, NOW).effects).toEqual(
      [],
    );
  });

  it('leaves a suspended run alone', () => {
    const before = stateOf({ open: [claim(0, { at: longAgo })] }, [], suspendedRun());
    expect(repairShard(before, event, policy, NOW)).toEqual({ state: before, effects: [], dropped: 'not-running' });
  });
});
