import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../test/settings.fixture.ts';
import { itemsOfChunk } from './parts.ts';
import { planRun } from './plan.ts';

fc.configureGlobal({ seed: SEED });

const sizing = { maxChunkItems: 32, spread: 64, minShardItems: 1_024, maxShards: 64 };
const plan = (items: number) => planRun(items, sizing);

describe('planRun', () => {
  it('puts every item of a small run into a chunk of its own, so that they run side by side', () => {
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

  it('keeps to 64 shards of whole chunks however many items', () => {
    const { shards } = plan(200_000);
    expect(shards.length).toBeLessThanOrEqual(64);
    for (const { count } of shards.slice(0, -1)) expect(count % 32).toBe(0);
  });

  it('puts more items into the chunks and shards of a large run, where that is wanted', () => {
    const growing = { ...sizing, large: { items: 50_000, chunkItems: 46, shardItems: 4_096 } };
    expect(planRun(49_999, growing)).toEqual(planRun(49_999, sizing));
    const { chunkItems, shards } = planRun(50_000, growing);
    expect(chunkItems).toBe(46);
    expect(shards).toHaveLength(13);
    for (const { count } of shards.slice(0, -1)) expect(count % 46).toBe(0);
  });

  it('refuses a run without items', () => {
    expect(() => plan(0)).toThrow(RangeError);
  });

  it('hands out every item once, in order, within all limits', () => {
    const small = { maxChunkItems: 4, spread: 8, minShardItems: 16, maxShards: 5 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (total) => {
        const { chunkItems, shards } = planRun(total, small);
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
