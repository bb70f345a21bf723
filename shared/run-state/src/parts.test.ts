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
  it('are known by its number; the last chunk of a shard may have fewer', () => {
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
  it('is of the whole chunk where the window holds one, and else of its first items', () => {
    expect(fitted(narrow(3), ledgerOf(), claim(1, { items: [4] }))).toEqual(claim(1));
    expect(fitted(narrow(2), ledgerOf(), claim(1))).toEqual(claim(1, { items: [3, 4] }));
    expect(fitted(narrow(1), ledgerOf(), claim(1, { items: [4, 5], isIdle: true }))).toEqual(claim(1, { items: [4] }));
    expect(fitted(narrow(2), ledgerOf({ count: 8 }), claim(2))).toEqual(claim(2));
  });

  it('never lets the claims of all shards together hold more items than the window', () => {
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

describe('a part goes on', () => {
  const part = (items: readonly number[], chunk: Partial<Chunk>, run = narrow(2), over = {}) => {
    const ledger = ledgerOf({ open: openPart(items, over) });
    return advancePart(run, ledger, chunkOfThree(0, chunk), 'mine', 4, NOW);
  };

  it('with the next item for each that came back', () => {
    const { ledger, next } = part([0, 1], { outcomes: [done, null, null] }, narrow(2), { sends: 5 });
    expect(next).toEqual([2]);
    expect(ledger.open).toEqual([claim(0, { items: [1, 2], at: NOW, by: 'mine', sends: 4 })]);
  });

  it('with nothing where nothing came back, and where the shard has more out than its share', () => {
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

  it('is given back where nothing of it may be out any more', () => {
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

  it('holds the rest of its chunk where the window has been made wider', () => {
    expect(part([0], { outcomes: [done, null, null] }, narrow(30)).next).toEqual([1, 2]);
  });
});

describe('a delivery of a part', () => {
  const run = narrow(2);

  it('sends the next items under its own token (I4), and its retry by itself', () => {
    const event = recordOf({ 0: ok(1), 1: busy }, { items: [0, 1] });
    const { state, effects } = decide(stateOf({ open: openPart([0, 1]) }, [chunkOfThree(0)], run), event);
    expect(state.ledger.open).toMatchObject([{ chunk: 0, items: [1, 2], by: 'mine' }]);
    expect(effects).toMatchObject([
      { type: 'send-chunk', items: [1], attempt: 2 },
      { type: 'send-chunk', items: [2], attempt: 1, delayMs: 0 },
    ]);
  });

  it('that is repeated sends again what its own commit sent (I4)', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, done, null] });
    const state = stateOf({ open: openPart([2], { by: 'mine' }) }, [chunk], run);
    expect(decide(state, recordOf({}, { items: [0, 1] })).effects).toMatchObject([{ type: 'send-chunk', items: [2] }]);
  });

  it('that finds its items done goes on (I7)', () => {
    const chunk = chunkOfThree(0, { outcomes: [done, done, null] });
    const { effects } = decide(stateOf({ open: openPart([0, 1]) }, [chunk], run), recordOf({}, { items: [0, 1] }));
    expect(effects).toMatchObject([{ type: 'send-chunk', items: [2] }]);
  });
});

it('a repeated message of a whole chunk sends again what of it is open, where its own commit had sent that (I4)', () => {
  const chunk = chunkOfThree(0, { attempts: [0, 1, 0], outcomes: [done, null, done] });
  const state = stateOf({ open: [claim(0, { by: 'mine', notBefore: NOW })] }, [chunk]);
  const { effects } = decide(state, recordOf({}, { items: undefined }));
  expect(effects).toMatchObject([{ type: 'send-chunk', items: [1], attempt: 2 }]);
});

it('a repeated message whose items are to be tried again sends one retry, not its repeat as well', () => {
  const state = stateOf({ open: [claim(0, { by: 'mine' })] }, [chunkOfThree(0)]);
  const { effects } = decide(state, recordOf({ 0: ok(1), 1: busy, 2: ok(3) }));
  expect(effects).toMatchObject([{ type: 'send-chunk', items: [1], attempt: 2 }]);
});

describe('repair of a part', () => {
  const repair = { type: 'repair', look: { headInsertedAt: null, servedAt: NOW }, chance } as const;
  const late = (over = {}) => openPart([0, 1], { at: NOW - 10 ** 9, ...over });

  it('sends its items again, one by one when that is due, and names them though all are done', () => {
    const send = (chunk: Chunk, over = {}) => decide(stateOf({ open: late(over) }, [chunk], narrow(2)), repair).effects;
    const row = chunkOfThree(0);
    expect(send(row)).toMatchObject([{ items: [0, 1], split: false }]);
    expect(send(row, { sends: 3 })).toMatchObject([{ items: [0, 1], split: true }]);
    const allDone = chunkOfThree(0, { outcomes: [done, done, null] });
    expect(send(allDone, { sends: 3 })).toMatchObject([{ items: [0, 1], split: false }]);
  });

  it('gives up what was out alone, and claims the rest of the chunk again (I6)', () => {
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

it('a resumed run claims by the window that it has now: what is over it is to do again (I3)', () => {
  const open = [claim(0), claim(1), claim(2)];
  const run = narrow(2, { epoch: 2 });
  const { state } = decide(stateOf({ open, todo: [[3, 3]] }, [], run), { type: 'dispatch', token: 'again', chance });
  expect(state.ledger.open).toMatchObject([{ chunk: 0, items: [0, 1], by: 'again' }]);
  expect(state.ledger.todo).toEqual([[1, 3]]);
});

describe('a chunk that was given back while an item waited for another try', () => {
  const chunk = chunkOfThree(0, { attempts: [0, 1, 0], outcomes: [null, null, done] });
  const message = { token: 'mine', attempt: 1 };

  it('is claimed as a new one, whose message sends one for the try that is next', () => {
    const { state, effects } = decide(stateOf({ open: [claim(0), claim(1)] }, [chunk]), recordOf({ 0: ok(1) }));
    expect(effects).toMatchObject([{ type: 'send-chunk', items: [1], attempt: 2 }]);
    expect(state.ledger.open).toMatchObject([{ chunk: 0, by: 'mine', notBefore: NOW }, claim(1)]);
  });

  it('sends none where the claim has waited or was repaired, holds other items, or is gone', () => {
    for (const open of [[claim(0, { sends: 1 })], [claim(0, { notBefore: NOW })], openPart([0]), []]) {
      const ledger = ledgerOf({ open });
      expect(furtherTries(ledger, chunk, message, NOW)).toEqual({ ledger, waiting: [] });
    }
  });
});
