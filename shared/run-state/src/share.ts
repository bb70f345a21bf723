import type { MapView } from './nodes/map-view.ts';

/**
 * Most claims in a ledger. Each takes about 140 characters of JSON, so a full ledger spills over into a second
 * table property, and a commit that writes it stays below 100 KB.
 */
export const MAX_OPEN = 256;

/**
 * How many items of one claim may be out at once: all of its chunk, unless the whole window is smaller than a
 * chunk. Then one shard has a share of one claim, and that claim holds at most the window.
 */
export function claimLimit({ window, chunkItems }: Pick<MapView, 'window' | 'chunkItems'>): number {
  return Math.min(window, chunkItems);
}

/**
 * A shard's share of the run's window (I3), in claims of {@link claimLimit} items. As many whole chunks as
 * fit into the window, at least one, are divided over the shards that have no summary, in their order. The
 * first `remainder` shards get one more, so the shares add up to at most the window. With fewer chunks than
 * shards only the first shards are active. It is computed again at each visit, never stored. A counted shard
 * hands its share on, and no share shrinks by that, so a stale run row can't claim too much.
 */
export function shareOf(run: Pick<MapView, 'window' | 'chunkItems' | 'shards' | 'counted'>, shard: number): number {
  const counted = new Set(run.counted);
  if (counted.has(shard)) return 0;
  const waiting = run.shards - counted.size;
  const place = shard - run.counted.filter((other) => other < shard).length;
  const chunks = Math.max(1, Math.floor(run.window / run.chunkItems));
  const share = Math.floor(chunks / waiting) + (place < chunks % waiting ? 1 : 0);
  return Math.min(share, MAX_OPEN);
}
