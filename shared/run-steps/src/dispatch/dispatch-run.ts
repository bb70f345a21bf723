import type { DispatchMessage } from '@tally/contracts';
import { type Chance, claimsInDoubt, type Run } from '@tally/run-state';
import { performEffects } from '../commit/perform-effects.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { admit, type Handled, noSuchShard } from '../messages/admit.ts';
import { reopenShard } from './reopen-shard.ts';

/** A dispatch message: brings the named ledgers (or all) to the run's epoch, claims, and sends what this message has claimed (I4). */
export async function dispatchRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: DispatchMessage,
): Promise<Handled> {
  const admitted = await admit(context, message, 'fresh');
  if (admitted.kind !== 'admitted') return admitted;
  const { run } = admitted;
  const foreign = message.shards?.find((shard) => shard >= run.shards);
  if (foreign !== undefined) return { kind: 'refused', reason: noSuchShard(run, foreign) };
  const shards = message.shards ?? Array.from({ length: run.shards }, (_, shard) => shard);
  for (const shard of shards) await dispatchShard(context, run, shard, message.tok);
  return { kind: 'done' };
}

/** Dispatches one shard, opening failed items again first where a rewind wants that. */
export async function dispatchShard<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  shard: number,
  tok: string,
): Promise<void> {
  const key = shardKeyOf(run, context.chain.work.name, shard);
  const chance: Chance = context.chance();
  const committed = await context.committer.commit(key, {
    run,
    event: { type: 'dispatch', tok, chance },
    chunks: (ledger) => claimsInDoubt(ledger, context.chain.repair, context.now()).map((entry) => entry.chunk),
    fresh: true,
  });
  if (committed === 'missing') return;
  if (committed.dropped === 'not-reopened') await reopenShard(context, run, key);
  else await performEffects(context, run, committed.effects, committed.rows);
}
