import { type AggregateMessage, isTerminal } from '@tally/contracts';
import { isFinished, type Ledger, mapViewOf, type Run, type ShardSummary } from '@tally/run-state';
import { changeRun, type RunChange } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { aggregateStage, chainOf } from '../context/registry.ts';
import { finalizeRun } from '../ending/finalize-run.ts';
import { finishOff } from '../ending/follow-up.ts';
import { absent, type Handled, judge, noSuchShard, oldOrNoRound } from '../messages/admit.ts';
import { advanceMap } from './advance-map.ts';

type ShardMessage = Extract<AggregateMessage, { shard: number }>;

/**
 * A message of aggregate. A finished shard is counted once (I1). When all shards of its node are counted,
 * the node ends. A message without a shard asks for a look at the run: a wait is due, a node is to be ended,
 * or the run has ended and must be finalized.
 */
export async function aggregateRun(context: StepContext, message: AggregateMessage): Promise<Handled> {
  const run = await context.runs.fresh(message.runId);
  if (run === null) return absent(message, context.now());
  if (run.generation !== message.gen) return { kind: 'dropped', reason: 'other-generation' };
  await context.heartbeat.beat(aggregateStage.name);
  if (isTerminal(run.status)) {
    await finalizeRun(context, run);
    return { kind: 'done' };
  }
  if ('shard' in message) return await aggregateShard(context, run, message);
  return await lookAtRun(context, run, message);
}

/** Ends the map node that the message names if all its shards are counted, and whatever else is due. */
async function lookAtRun(
  context: StepContext,
  run: Run,
  { node, since, tok: token }: AggregateMessage,
): Promise<Handled> {
  if (chainOf(context.registry, run) === undefined) return { kind: 'unknown-chain', run };
  if (node !== undefined && since !== undefined) {
    const view = mapViewOf(run, { node, since });
    if (view?.status === 'Running' && view.counted.length === view.shards) {
      await advanceMap(context, run, view, token);
      return { kind: 'done' };
    }
  }
  const looked = await changeRun(context, run.runId, run.generation, { type: 'look', token });
  if (looked !== null) await finishOff(context, looked);
  return { kind: 'done' };
}

/** Counts the shard if its ledger says that it is finished in the run's epoch. */
async function aggregateShard(context: StepContext, run: Run, message: ShardMessage): Promise<Handled> {
  const admitted = judge(context, run, message);
  if (admitted.kind !== 'admitted') return admitted;
  const { node, since, shard, tok: token } = message;
  const view = mapViewOf(run, message);
  const map = context.maps.of(run, node);
  if (view === null || map === undefined) return oldOrNoRound(run, message);
  if (shard >= view.shards) return { kind: 'refused', reason: noSuchShard(view, shard) };
  const ledger = await map.store.readLedger(shardKeyOf(view, shard));
  if (ledger === null) return { kind: 'dropped', reason: 'shard-missing' };
  if (!isFinished(ledger.value)) return { kind: 'dropped', reason: 'shard-not-finished' };
  const { epoch: ledgerEpoch } = ledger.value;
  const event = { type: 'count', node, since, token, summary: summaryOf(ledger.value), ledgerEpoch } as const;
  const counted = await changeRun(context, run.runId, run.generation, event);
  if (counted === null) return { kind: 'dropped', reason: 'other-generation' };
  await advanceOrFollow(context, counted, token);
  return counted.refused === undefined ? { kind: 'done' } : { kind: 'dropped', reason: counted.refused };
}

/** Does what a count justifies. The last shard of a node ends the node at once. */
async function advanceOrFollow(context: StepContext, counted: RunChange, token: string): Promise<void> {
  const complete = counted.effects.find((effect) => effect.type === 'advance-map');
  const rest = counted.effects.filter((effect) => effect !== complete);
  await finishOff(context, { ...counted, effects: rest });
  const view = complete === undefined ? null : mapViewOf(counted.run, complete);
  if (view !== null) await advanceMap(context, counted.run, view, token);
}

function summaryOf({ shard, succeeded, failed, failures, fold }: Ledger): ShardSummary {
  return { shard, succeeded, failed, failures, fold };
}
