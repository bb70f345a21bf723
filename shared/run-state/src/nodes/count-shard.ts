import type { ShardSummary } from '../ledger.ts';
import { shareOf } from '../share.ts';
import type { Draft } from './draft.ts';
import type { MapOpen, MapPlan, NodeRound } from './node-state.ts';

export interface FinishedShard extends NodeRound {
  /** What the shard's ledger says. */
  readonly summary: ShardSummary;
  readonly ledgerEpoch: number;
}

/**
 * Counts a finished shard once (I1): summary and run row are one transaction. Only a ledger of the run's own
 * epoch counts. A rewind has made the summaries void, and a late message must not put one back before the
 * shard is opened again.
 * @returns why not
 */
export function countShard(
  draft: Draft,
  { node, since, summary, ledgerEpoch }: FinishedShard,
): 'not-open' | 'old-epoch' | 'already-counted' | null {
  const state = draft.state(node);
  if (state?.state !== 'open' || state.since !== since) return 'not-open';
  if (ledgerEpoch !== draft.run.epoch) return 'old-epoch';
  const { map } = state;
  if (map.counted.includes(summary.shard)) {
    if (map.counted.length === map.shards) draft.effect({ type: 'advance-map', node, since });
    return 'already-counted';
  }
  const counted = [...map.counted, summary.shard].sort((a, b) => a - b);
  const next: MapOpen = { ...state, map: { ...map, counted } };
  draft.setState(node, next);
  draft.mark({ node, since, summary });
  const { shard, succeeded, failed } = summary;
  draft.line('ShardCounted', { node, shard, succeeded, failed });
  if (counted.length === map.shards) {
    draft.effect({ type: 'advance-map', node, since });
    return null;
  }
  const shards = wokenShards(map, next.map);
  const { epoch } = draft.run;
  if (shards.length > 0) draft.effect({ type: 'send-dispatch', node, since, epoch, token: draft.token(), shards });
  return null;
}

/** The shards that have a share only now. Nothing of theirs is out, so no delivery would visit them. */
function wokenShards(before: MapPlan, after: MapPlan): number[] {
  const shards = Array.from({ length: after.shards }, (_, shard) => shard);
  return shards.filter((shard) => shareOf(before, shard) === 0 && shareOf(after, shard) > 0);
}
