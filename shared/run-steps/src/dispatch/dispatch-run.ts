import type { DispatchMessage } from '@tally/contracts';
import { type Chance, claimsInDoubt, type MapView, mapViewOf, type Run } from '@tally/run-state';
import { ledgerPlace, MissingRowError } from '@tally/run-store';
import { performEffects } from '../commit/perform-effects.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';
import { intakeStage } from '../context/registry.ts';
import { type Handled, judge, noSuchShard, oldOrNoRound } from '../messages/admit.ts';
import { startChild } from '../start/start-child.ts';
import { openShard } from './open-shard.ts';
import { reopenShard } from './reopen-shard.ts';

/**
 * A dispatch message. It brings the named ledgers of a map node, or all, to the run's epoch, claims, and
 * sends what this message has claimed (I4). A ledger that isn't there is written first (R2). For a child node
 * it starts the child.
 */
export async function dispatchRun(context: StepContext, message: DispatchMessage): Promise<Handled> {
  const admitted = judge(context, await context.runs.fresh(message.runId), message);
  if (admitted.kind !== 'admitted') return admitted;
  await context.heartbeat.beat(intakeStage.name);
  const { run } = admitted;
  const state = run.nodes[message.node];
  if (state?.state === 'child' && state.since === message.since) {
    await startChild(context, run, message);
    return { kind: 'done' };
  }
  const view = mapViewOf(run, message);
  const map = context.maps.of(run, message.node);
  if (view === null || map === undefined) return oldOrNoRound(run, message);
  if (view.status !== 'Running') return { kind: 'dropped', reason: 'old-round' };
  const foreign = message.shards?.find((shard) => shard >= view.shards);
  if (foreign !== undefined) return { kind: 'refused', reason: noSuchShard(view, foreign) };
  const shards = message.shards ?? Array.from({ length: view.shards }, (_, shard) => shard);
  for (const shard of shards) if (!(await dispatchShard(context, run, map, view, shard, message.tok))) break;
  return { kind: 'done' };
}

/**
 * Dispatches one shard. It writes the shard first where it isn't there, and opens failed items again for a
 * rewind.
 * @returns false where the node has failed by it
 * @throws MissingRowError where a required ledger is missing and can't be written again
 */
export async function dispatchShard(
  context: StepContext,
  run: Run,
  map: MapStage,
  view: MapView,
  shard: number,
  token: string,
): Promise<boolean> {
  const key = shardKeyOf(view, shard);
  const chance: Chance = context.chance();
  const commit = async () =>
    await map.committer.commit(key, {
      run: view,
      event: { type: 'dispatch', token, chance },
      chunks: (ledger) => claimsInDoubt(ledger, map.policy.repair, context.now()).map((entry) => entry.chunk),
      fresh: true,
    });
  let committed = await commit();
  if (committed === 'missing') {
    if (map.chain.rootItems === view.node) throw new MissingRowError(ledgerPlace(key));
    if (!(await openShard(context, run, map, view, shard))) return false;
    committed = await commit();
  }
  if (committed === 'missing') return true; // purged since
  if (committed.dropped === 'not-reopened') await reopenShard(context, run, map, view, shard);
  else await performEffects(context, run, committed.effects, { view, rows: committed.rows });
  return true;
}
