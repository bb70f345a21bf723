import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policy } from '../test/counting-chain.ts';
import { bounds } from '../test/settings.fixture.ts';
import { busy, chance, chunkOfThree, claim, ledgerOf, NOW, ok, recordOf, runningRun, stateOf } from '../test/states.ts';
import { decideShard } from './decide-shard.ts';
import type { Chunk } from './ledger.ts';
import { advancePart, fitted, furtherTries, itemsOfChunk } from './parts.ts';
import type { ShardEvent, ShardState } from './shard-state.ts';
import { claimLimit, shareOf } from './share.ts';

const narrow = (window: number, over = {}) => runningRun({ window, ...over });
const done = { status: 'succeeded', result: 1, durationMs: 1 } as const;
const openPart = (items: readonly number[], over = {}) => [claim(0, { items, ...over })];
const decide = (state: ShardState, event: ShardEvent) => decideShard(state, event, policy, NOW);

describe('the items of a chunk', () => {
  it('follow from its number; the last chunk of a shard may have fewer', () => {
    const ledger = ledgerOf({ first: 100, count: 8 });
    expect([0, 1, 2, 3].map((chunk) => itemsOfChunk({ chunkItems: 3 }, ledger, chunk))).toEqual([
      [100, 101, 102],
      [103, 104, 105],
      [106, 107],
      [],
    ]);
  });
});

describe('a claim (I3)', () => {
  it('covers the whole chunk if the window holds one, otherwise its first items', () => {
    expect(fitted(narrow(3), ledgerOf(), claim(1, { items: [4] }))).toEqual(claim(1));
    expect(fitted(narrow(2), ledgerOf(), claim(1))).toEqual(claim(1, { items: [3, 4] }));
    expect(fitted(narrow(1), ledgerOf(), claim(1, { items: [4, 5], isIdle: true }))).toEqual(claim(1, { items: [4] }));
    expect(fitted(narrow(2), ledgerOf({ count: 8 }), claim(2))).toEqual(claim(2));
  });

  it('the claims of all shards together never hold more items than the window', () => {
    const runs = fc.record({
      window: fc.integer({ min: 1, max: 400 }),
      chunkItems: fc.integer({ min: 1, max: 32 }),
      shards: fc.integer({ min: 1, max: 64 }),
      counted: fc.uniqueArray(fc.nat({ max: 63 }), { maxLength: 63 }),
    });
    const property = fc.property(runs, ({ counted, ...run }) => {
      const waiting = { ...run, counted: counted.filter((shard) => shard < run.shards - 1).sort((a, b) => a - b) };
      const claims = Array.from({ length: run.shards }, (_, shard) => shareOf(waiting, shard));
      const total = claims.reduce((sum, share) => sum + share, 0);
      expect(total).toBeGreaterThan(0);
      expect(total * claimLimit(run)).toBeLessThanOrEqual(run.window);
    });
    fc.assert(property, bounds);
  });
});

describe('a part continues', () => {
  const part = (items: readonly number[], chunk: Partial<Chunk>, run = narrow(2), over = {}) => {
    const ledger = ledgerOf({ open: openPart(items, over) });
    return advancePart(run, ledger, chunkOfThree(0, chunk), 'mine', 4, NOW);
  };

  it('with one new item for each item that is done', () => {
    const { ledger, next } = part([0, 1], { outcomes: [done, null, null] }, narrow(2), { sends: 5 });
    expect(next).toEqual([2]);
    expect(ledger.open).toEqual([claim(0, { items: [1, 2], at: NOW, by: 'mine', sends: 4 })]);
  });

  it('with no item if none is done, or if the shard has more out than its share', () => {
    expect(part([0, 1], {})).toMatchObject({ next: [], ledger: { open: openPart([0, 1]) } });
    const open = [...openPart([0, 1]), claim(1)];
    const { ledger, next } = advancePart(
      narrow(2),
      ledgerOf({ open }),
      chunkOfThree(0, { outcomes: [done, null, null] }),
      'mine',
      4,
      NOW,
    );
    expect([next, ledger.open]).toEqual([[], [claim(0, { items: [1] }), claim(1)]]);
  });

  it('is returned when none of its items may be out any more', () => {
    const open = [...openPart([0]), claim(1)];
    const chunk = chunkOfThree(0, { outcomes: [done, null, null] });
    const { ledger, next } = advancePart(narrow(1), ledgerOf({ open, todo: [[2, 3]] }), chunk, 'mine', 4, NOW);
    expect({ next, open: ledger.open, todo: ledger.todo }).toEqual({
      next: [],
      open: [claim(1)],
      todo: [
        [0, 0],
        [2, 3],
      ],
    });
  });

  it('takes the rest of its chunk if the window has grown', () => {
    expect(part([0], { outcomes: [done, null, null] }, narrow(30)).next).toEqual([1, 2]);
  });
});

describe('a delivery of a part', () => {
  const run = narrow(2);

  it('I4: sends the next items under its own token, and its retry separately', () => {
    const event = recordOf({ 0: ok(1), 1: busy }, { items: [0, 1] });
    const { state, effects } = decide(stateOf({ open: openPart([0, 1]) }, [chunkOfThree(0)], run), event);
    expect(state.ledger.open).toMatchObject([{ chunk: 0, items: [1, 2], by: 'mine' }]);
    expect(effects).toMatchObject([
      { type: 'send-chunk', items: [1], attempt: 2 },
      { type: 'send-chunk', items: [2], attempt: 1, delayMs: 0 },
    ]);
  });

  it('I4: if repeated, sends again what its own commit sent', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, done, null] });
    const state = stateOf({ open: openPart([2], { by: 'mine' }) }, [chunk], run);
    expect(decide(state, recordOf({}, { items: [0, 1] })).effects).toMatchObject([{ type: 'send-chunk', items: [2] }]);
  });

  it('I7: continues if its items are done already', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, done, null] });
    const { effects } = decide(stateOf({ open: openPart([0, 1]) }, [chunk], run), recordOf({}, { items: [0, 1] }));
    expect(effects).toMatchObject([{ type: 'send-chunk', items: [2] }]);
  });
});

it('I4: a repeated message of a whole chunk sends its open items again if its own commit sent them', () => {
  const chunk = chunkOfThree(0, { attempts: [0, 1, 0], outcomes: [done, null, done] });
  const state = stateOf({ open: [claim(0, { by: 'mine', notBefore: NOW })] }, [chunk]);
  const { effects } = decide(state, recordOf({}, { items: undefined }));
  expect(effects).toMatchObject([{ type: 'send-chunk', items: [1], attempt: 2 }]);
});

it('a repeated message whose items wait for a retry sends the retry once', () => {
  const state = stateOf({ open: [claim(0, { by: 'mine' })] }, [chunkOfThree(0)]);
  const { effects } = decide(state, recordOf({ 0: ok(1), 1: busy, 2: ok(3) }));
  expect(effects).toMatchObject([{ type: 'send-chunk', items: [1], attempt: 2 }]);
});

describe('repair of a part', () => {
  const repair = { type: 'repair', look: { headInsertedAt: null, servedAt: NOW }, chance } as const;
  const late = (over = {}) => openPart([0, 1], { at: NOW - 10 ** 9, ...over });

  it('sends its items again, one by one if that is due, and names them even if all are done', () => {
    const send = (chunk: Chunk, over = {}) => decide(stateOf({ open: late(over) }, [chunk], narrow(2)), repair).effects;
    const row = chunkOfThree(0);
    expect(send(row)).toMatchObject([{ items: [0, 1], split: false }]);
    expect(send(row, { sends: 3 })).toMatchObject([{ items: [0, 1], split: true }]);
    const allDone = chunkOfThree(0, { outcomes: [done, done, null] });
    expect(send(allDone, { sends: 3 })).toMatchObject([{ items: [0, 1], split: false }]);
  });

  it('I6: gives up the items that were out, and claims the rest of the chunk again', () => {
    const state = stateOf({ open: late({ sends: 5 }) }, [chunkOfThree(0)], narrow(2));
    const { state: after, effects } = decide(state, repair);
    expect(after.ledger).toMatchObject({
      failed: 2,
      outbox: [{ items: [0, 1] }],
      open: [{ chunk: 0, sends: 0 }],
      todo: [],
    });
    expect(effects).toMatchObject([{ type: 'dead-letter' }, { type: 'send-chunk', chunk: 0 }]);
  });
});

it('I3: a resumed run claims within its current window and puts the rest back into todo', () => {
  const open = [claim(0), claim(1), claim(2)];
  const run = narrow(2, { epoch: 2 });
  const { state } = decide(stateOf({ open, todo: [[3, 3]] }, [], run), { type: 'dispatch', token: 'again', chance });
  expect(state.ledger.open).toMatchObject([{ chunk: 0, items: [0, 1], by: 'again' }]);
  expect(state.ledger.todo).toEqual([[1, 3]]);
});

describe('a returned chunk with an item that waits for a retry', () => {
  const chunk = chunkOfThree(0, { attempts: [0, 1, 0], outcomes: [null, null, done] });
  const message = { token: 'mine', attempt: 1 };

  it('is claimed as new; its message sends one message for the next try', () => {
    const { state, effects } = decide(stateOf({ open: [claim(0), claim(1)] }, [chunk]), recordOf({ 0: ok(1) }));
    expect(effects).toMatchObject([{ type: 'send-chunk', items: [1], attempt: 2 }]);
    expect(state.ledger.open).toMatchObject([{ chunk: 0, by: 'mine', notBefore: NOW }, claim(1)]);
  });

  it('sends none if the claim has waited, was repaired, holds other items, or is gone', () => {
    for (const open of [[claim(0, { sends: 1 })], [claim(0, { notBefore: NOW })], openPart([0]), []]) {
      const ledger = ledgerOf({ open });
      expect(furtherTries(ledger, chunk, message, NOW)).toEqual({ ledger, waiting: [] });
    }
  });
});
