import { type Chunk, isToReopen, type MapView, type Run } from '@tally/run-state';
import type { Versioned } from '@tally/run-store';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';

/** A transaction holds 100 rows: the ledger and 99 chunks. */
const CHUNKS_A_STEP = 99;

/**
 * A rewind reaches a shard. It opens again what didn't succeed, 99 chunks a transaction, and the last one
 * moves the ledger to the run's epoch. If it is cut short, the next caller goes on: chunks that are open
 * again have nothing left to open.
 */
export async function reopenShard(
  context: StepContext,
  run: Run,
  { store, committer }: MapStage,
  view: MapView,
  shard: number,
): Promise<void> {
  const key = shardKeyOf(view, shard);
  const spoilt: Versioned<Chunk>[] = [];
  for await (const row of store.listChunks(key)) if (isToReopen(row.value)) spoilt.push(row);
  const steps = Math.max(1, Math.ceil(spoilt.length / CHUNKS_A_STEP));
  for (let step = 0; step < steps; step += 1) {
    const rows = spoilt.slice(step * CHUNKS_A_STEP, (step + 1) * CHUNKS_A_STEP);
    const known = new Map(rows.map((row) => [row.value.chunk, row]));
    const event = { type: 'reopen', last: step === steps - 1, chance: context.chance() } as const;
    const chunks = () => [...known.keys()];
    const committed = await committer.commit(key, { run: view, event, chunks, known, fresh: step === 0 });
    if (committed === 'missing') return;
    await performEffects(context, run, committed.effects, { view, rows: committed.rows });
  }
}
