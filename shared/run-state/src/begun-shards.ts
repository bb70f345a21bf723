import type { MapView } from './nodes/map-view.ts';
import { shareOf } from './share.ts';

/**
 * Whether anything of an uncounted shard may be claimed or done, judged by the run's row alone. A shard
 * without a share had none earlier either, as long as fewer shards were counted and the window was no wider.
 * But an earlier dispatch of the round, by a rewind or a resume, may have used another order.
 */
export function mayHaveBegun(
  view: Pick<MapView, 'epoch' | 'since' | 'widest' | 'chunkItems' | 'shards' | 'counted'>,
  shard: number,
): boolean {
  return view.epoch !== view.since || shareOf({ ...view, window: view.widest }, shard) > 0;
}
