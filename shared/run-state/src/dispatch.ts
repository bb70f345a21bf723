import type { StagePolicy } from '@tally/contracts';
import { aggregateEffect, type Effect } from './effects.ts';
import { isFinished, type Ledger } from './ledger.ts';
import type { MapView } from './nodes/map-view.ts';
import { fitted } from './parts.ts';
import { numbersOf, rangesOf } from './ranges.ts';
import type { ShardDecision, ShardEvent, ShardState } from './shard-state.ts';
import { shareOf } from './share.ts';
import { sendsBy, topUp } from './top-up.ts';

/**
 * Brings a ledger to the run's epoch and sends what is out. All entries of an older epoch are taken over and
 * sent again, since their messages are dropped everywhere. In a ledger that is already at this epoch, only
 * this message's own entries are sent (I4).
 */
export function dispatchShard(
  state: ShardState,
  event: Extract<ShardEvent, { type: 'dispatch' }>,
  policy: StagePolicy,
  now: number,
): ShardDecision {
  const { run, ledger } = state;
  if (run.status !== 'Running') return { state, effects: [], dropped: 'not-running' };
  if (ledger.epoch > run.epoch) return { state, effects: [], dropped: 'stale-run' };
  if (ledger.epoch < run.reopenEpoch) return { state, effects: [], dropped: 'not-reopened' };
  if (ledger.closed) return { state, effects: [], dropped: 'shard-closed' };
  const isMoved = ledger.epoch < run.epoch;
  const taken = isMoved ? takeOver(run, ledger, event.token, now) : ledger;
  const topped = topUp(run, taken, event.token, now);
  const effects: Effect[] = sendsBy(topped, state.chunks, event.token, policy, event.chance, now);
  // At an unchanged epoch a dispatch doesn't report a finished shard: dispatch and count would call each
  // other forever.
  if (isMoved && isFinished(topped)) effects.push(aggregateEffect(run, topped));
  return { state: { ...state, ledger: topped }, effects };
}

/**
 * Moves a ledger to the run's epoch. What is out now belongs to the message that moved it (I4), and its time
 * starts again. The window may be smaller by now, and nothing of the older epoch is out any more. So entries
 * above the share are given back (I3).
 */
function takeOver(run: MapView, ledger: Ledger, by: string, now: number): Ledger {
  const share = shareOf(run, ledger.shard);
  const kept = ledger.open.slice(0, share).map((entry) => fitted(run, ledger, { ...entry, by, at: now }));
  const over = ledger.open.slice(share).map((entry) => entry.chunk);
  const todo = over.length === 0 ? ledger.todo : rangesOf([...numbersOf(ledger.todo), ...over]);
  return { ...ledger, epoch: run.epoch, open: kept, todo };
}
