import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../test/settings.fixture.ts';
import { MAX_OPEN, shareOf } from './share.ts';

fc.configureGlobal({ seed: SEED });

const runs = fc
  .record({
    shards: fc.integer({ min: 1, max: 64 }),
    chunkItems: fc.integer({ min: 1, max: 32 }),
    windowChunks: fc.integer({ min: 1, max: 300 }),
  })
  .chain(({ shards, chunkItems, windowChunks }) =>
    fc
      .subarray(Array.from({ length: shards }, (_, shard) => shard))
      .map((counted) => ({ shards, chunkItems, window: windowChunks * chunkItems, counted })),
  );

const shares = (run: Parameters<typeof shareOf>[0]) =>
  Array.from({ length: run.shards }, (_, shard) => shareOf(run, shard));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('the shares of a window (I3)', () => {
  it('add up to exactly the window, or to what the ledger rows can hold', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const waiting = run.shards - run.counted.length;
        fc.pre(waiting > 0);
        expect(sum(shares(run))).toBe(Math.min(run.window / run.chunkItems, waiting * MAX_OPEN));
      }),
    );
  });

  it('differ by at most one among uncounted shards; the first shards have more', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const waiting = shares(run).filter((_, shard) => !run.counted.includes(shard));
        expect(waiting).toEqual([...waiting].sort((a, b) => b - a));
        expect((waiting[0] ?? 0) - (waiting.at(-1) ?? 0)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never shrink as shards are counted, so a stale run row claims too little at most', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const before = shares(run);
        for (let shard = 0; shard < run.shards; shard += 1) {
          if (run.counted.includes(shard)) continue;
          const after = shares({ ...run, counted: [...run.counted, shard].sort((a, b) => a - b) });
          for (const [other, share] of before.entries()) {
            if (other !== shard) expect(after[other]).toBeGreaterThanOrEqual(share);
          }
        }
      }),
    );
  });

  it('are at least one chunk together, however small the window', () => {
    expect(shares({ shards: 2, chunkItems: 32, window: 1, counted: [] })).toEqual([1, 0]);
  });

  it('are zero for a counted shard', () => {
    expect(shares({ shards: 3, chunkItems: 1, window: 4, counted: [1] })).toEqual([2, 0, 2]);
  });
});
