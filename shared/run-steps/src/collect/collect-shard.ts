import type { CollectMessage } from '@tally/contracts';
import { isTerminal } from '@tally/contracts';
import {
  failedOf,
  failureOverTolerance,
  hasTolerance,
  isFinished,
  type Ledger,
  type Marker,
  type Run,
} from '@tally/run-state';
import { changeRun, type RunChange } from '../commit/change-run.ts';
import { performEffects } from '../commit/perform-effects.ts';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { absent, type Handled, noSuchShard } from '../messages/admit.ts';
import { housekeepRun } from './housekeep-run.ts';
import { settleRun } from './settle-run.ts';

/**
 * A message of the collector: a finished shard is counted once (I1), and when all are, the run ends. Told of a run that has ended, it does
 * the housekeeping; told of one whose shards are all counted, it looks at the gate.
 */
export async function collectShard<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  message: CollectMessage,
): Promise<Handled> {
  const run = await context.runs.fresh(message.runId);
  if (run === null) return absent(message, context.now());
  if (run.gen !== message.gen) return { kind: 'dropped', reason: 'other-generation' };
  if (isTerminal(run.status)) {
    await housekeepRun(context, run);
    return { kind: 'done' };
  }
  if (run.status !== 'Running') return { kind: 'dropped', reason: 'not-running' };
  if (run.counted.length === run.shards) {
    await settleRun(context, run);
    return { kind: 'done' };
  }
  if ('event' in message) return { kind: 'done' }; // stored; it is read when the gate opens
  if (message.epoch !== run.epoch) return { kind: 'dropped', reason: 'old-epoch' };
  return await countShard(context, run, message.shard);
}

/** Counts the shard if its ledger says that it is finished under the run's epoch. */
async function countShard<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  shard: number,
): Promise<Handled> {
  if (shard >= run.shards) return { kind: 'refused', reason: noSuchShard(run, shard) };
  const ledger = await context.store.readLedger(shardKeyOf(run, context.chain.work.name, shard));
  if (ledger === null) return { kind: 'dropped', reason: 'shard-missing' };
  if (!isFinished(ledger.value)) return { kind: 'dropped', reason: 'shard-not-finished' };
  const { epoch } = ledger.value;
  const chance = context.chance();
  const counted = await changeRun(context, run.runId, run.gen, {
    type: 'count',
    marker: markerOf(ledger.value),
    ledgerEpoch: epoch,
    chance,
  });
  if (counted === null) return { kind: 'dropped', reason: 'other-generation' };
  await followUp(context, counted);
  if (counted.refused === 'already-counted') return { kind: 'dropped', reason: 'already-counted' };
  return counted.refused === undefined ? { kind: 'done' } : { kind: 'dropped', reason: 'not-running' };
}

async function followUp<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  counted: RunChange,
): Promise<void> {
  const { run, effects } = counted;
  if (await failOverTolerance(context, run)) return;
  if (effects.some((effect) => effect.type === 'settle')) return await settleRun(context, run);
  await performEffects(context, run, effects);
}

/** Ends the run where the failed items of the counted shards are more than it tolerates. */
async function failOverTolerance<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<boolean> {
  if (!hasTolerance(run)) return false;
  const failure = failureOverTolerance(run, failedOf(await context.store.readMarkers(run.runId)));
  if (failure === null) return false;
  const ended = await changeRun(context, run.runId, run.gen, { type: 'fail', failure });
  if (ended !== null && isTerminal(ended.run.status)) await housekeepRun(context, ended.run);
  return true;
}

function markerOf<Folded>({ shard, succeeded, failed, failures, fold }: Ledger<Folded>): Marker<Folded> {
  return { shard, succeeded, failed, failures, fold };
}
