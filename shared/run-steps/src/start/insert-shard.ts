import type { Json } from '@tally/contracts';
import { type Ledger, type MapView, type PlannedShard, untouchedChunk } from '@tally/run-state';
import type { ShardRows } from '@tally/run-store';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';

/** The ledger of a shard without claims. */
export function initialLedger({ node }: Pick<MapStage, 'node'>, shard: PlannedShard): Ledger {
  return {
    shard: shard.shard,
    first: shard.first,
    count: shard.count,
    epoch: 0,
    closed: false,
    todo: [[0, shard.chunks.length - 1]],
    open: [],
    outbox: [],
    usualMs: 0,
    succeeded: 0,
    failed: 0,
    failures: [],
    fold: node.fold.empty,
  };
}

/** Writes a shard's rows: chunks first, the ledger last (R2). */
export async function insertShard(
  { store }: Pick<MapStage, 'store'>,
  round: Pick<MapView, 'runId' | 'generation' | 'node' | 'since'>,
  items: readonly Json[],
  ledger: Ledger,
  shard: PlannedShard,
): Promise<ShardRows> {
  const chunks = shard.chunks.map(({ chunk, first, count }) =>
    untouchedChunk(chunk, first, items.slice(first, first + count)),
  );
  return await store.insertShard(shardKeyOf(round, shard.shard), ledger, chunks);
}
