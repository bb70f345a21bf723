import type { MapView } from './nodes/map-view.ts';
import { shareOf } from './share.ts';

/**
 * Whether anything of a shard that isn't counted may be claimed or done, by the run's row alone. A shard without a share has had none either while fewer were counted
 * and the window was no wider; but an earlier dispatch of the round may have gone by another order, of a rewind or a resume.
 */
export function mayHaveBegun(
  view: Pick<MapView, 'epoch' | 'since' | 'widest' | 'chunkItems' | 'shards' | 'counted'>,
  shard: number,
): boolean {
  return view.epoch !== view.since || shareOf({ ...view, window: view.widest }, shard) > 0;
}
