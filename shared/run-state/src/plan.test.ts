import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../test/settings.fixture.ts';
import { itemsOfChunk } from './parts.ts';
import { planRun } from './plan.ts';
import { claimLimit } from './share.ts';

fc.configureGlobal({ seed: SEED });

const sizing = { maxChunkItems: 32, spread: 64, minShardItems: 1_024, maxShards: 64 };
/** A window that holds all. */
const WIDE = 1_000_000;
const plan = (items: number, window = WIDE) => planRun(items, sizing, window);

describe('planRun', () => {
  it('puts each item of a small run into its own chunk, so that all run in parallel', () => {
    const { chunkItems, shards } = plan(3);
    expect(chunkItems).toBe(1);
    expect(shards).toEqual([
      { shard: 0, first: 0, count: 3, chunks: [0, 1, 2].map((chunk) => ({ chunk, first: chunk, count: 1 })) },
    ]);
  });

  it('cuts ten thousand items into 10 shards and 313 chunks', () => {
    const { chunkItems, shards } = plan(10_000);
    expect(chunkItems).toBe(32);
    expect(shards).toHaveLength(10);
    expect(shards.flatMap(({ chunks }) => chunks)).toHaveLength(313);
  });

  it('uses at most 64 shards of whole chunks for any number of items', () => {
    const { shards } = plan(200_000);
    expect(shards.length).toBeLessThanOrEqual(64);
    for (const { count } of shards.slice(0, -1)) expect(count % 32).toBe(0);
  });

  it('makes larger chunks for a large run if its sizing asks for it', () => {
    const growing = { ...sizing, large: { items: 50_000, chunkItems: 46 } };
    expect(planRun(49_999, growing, WIDE)).toEqual(plan(49_999));
    const { chunkItems, shards } = planRun(50_000, growing, WIDE);
    expect(chunkItems).toBe(46);
    expect(shards).toHaveLength(48);
    for (const { count } of shards.slice(0, -1)) expect(count % 46).toBe(0);
  });

  it('fills a window smaller than the run with whole chunks or equal parts of one chunk', () => {
    // Of a hundred items a chunk usually holds two.
    expect([1, 2, 3, 5, 9, 98].map((window) => plan(100, window).chunkItems)).toEqual([2, 2, 3, 5, 9, 2]);
    expect([1, 7, 10, 33, 63].map((window) => plan(10_000, window).chunkItems)).toEqual([32, 28, 30, 32, 31]);
    const windows = fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 3_000 }));
    fc.assert(
      fc.property(windows, ([total, window]) => {
        fc.pre(window < total);
        const { chunkItems } = plan(total, window);
        const run = { window, chunkItems, shards: 1, counted: [] };
        const full = Math.max(1, Math.floor(window / chunkItems)) * claimLimit(run);
        // A chunk that is smaller than the window leaves fewer places empty than it has items, and nearly
        // always far fewer.
        expect(full / window).toBeGreaterThan(0.6);
        if (window <= chunkItems) expect(chunkItems % window).toBe(0);
      }),
    );
  });

  it('rejects a run without items', () => {
    expect(() => plan(0)).toThrow(RangeError);
  });

  it('assigns every item once, in order, within all limits', () => {
    const small = { maxChunkItems: 4, spread: 8, minShardItems: 16, maxShards: 5 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (total, window) => {
        const { chunkItems, shards } = planRun(total, small, window);
        expect(shards.length).toBeLessThanOrEqual(small.maxShards);
        let next = 0;
        for (const shard of shards) {
          expect(shard.first).toBe(next);
          for (const chunk of shard.chunks) {
            expect(chunk.first).toBe(next);
            expect(chunk.count).toBeGreaterThan(0);
            expect(chunk.count).toBeLessThanOrEqual(small.maxChunkItems);
            const { length } = itemsOfChunk({ chunkItems }, shard, chunk.chunk);
            expect(length).toBe(chunk.count);
            next += chunk.count;
          }
          expect(next).toBe(shard.first + shard.count);
        }
        expect(next).toBe(total);
      }),
    );
  });
});
