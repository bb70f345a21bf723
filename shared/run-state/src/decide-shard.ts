import { isTerminal, type StagePolicy } from '@tally/contracts';
import { dispatchShard } from './dispatch.ts';
import { outboxLetters, removeLetter } from './outbox.ts';
import { recordOutcomes } from './record.ts';
import { reopenShard } from './reopen.ts';
import { repairShard } from './repair.ts';
import type { ShardDecision, ShardEvent, ShardState } from './shard-state.ts';
import { splitPoisoned } from './split-poisoned.ts';

/**
 * The rules of a shard: how an event changes its ledger and chunks, and what to send after the commit (I4).
 * @param now milliseconds since 1970
 * @returns the next state (rows that don't change are the very same objects) and the effects
 */
export function decideShard(state: ShardState, event: ShardEvent, policy: StagePolicy, now: number): ShardDecision {
  switch (event.type) {
    case 'record':
      return recordOutcomes(state, event, policy, now);
    case 'poison':
      return splitPoisoned(state, event, policy, now);
    case 'dispatch':
      return dispatchShard(state, event, policy, now);
    case 'repair':
      return repairShard(state, event, policy, now);
    case 'reopen':
      return reopenShard(state, event, policy, now);
    case 'outbox-delivered':
      return removeLetter(state, event);
    case 'idle':
      return noteIdle(state, event);
    case 'close':
      return closeShard(state);
  }
}

/**
 * The claim stays as it is, since a resume sends it again. Only the counts show that nothing of it is out
 * meanwhile.
 */
function noteIdle(state: ShardState, { message }: Extract<ShardEvent, { type: 'idle' }>): ShardDecision {
  const { run, ledger } = state;
  const isCurrent = run.status === 'Suspended' && message.epoch === ledger.epoch;
  const isOut = ledger.open.some((entry) => entry.chunk === message.chunk && entry.isIdle !== true);
  if (!isCurrent || !isOut) return { state, effects: [] };
  const open = ledger.open.map((entry) => (entry.chunk === message.chunk ? { ...entry, isIdle: true } : entry));
  return { state: { ...state, ledger: { ...ledger, open } }, effects: [] };
}

/**
 * I5: a closed shard takes no results. It moves to the run's epoch, so that only a rewind, which raises the
 * epoch, opens it again. Nothing visits the shard after this, so the letters of its outbox must be kept now.
 */
function closeShard(state: ShardState): ShardDecision {
  const { run, ledger } = state;
  if (!isTerminal(run.status)) return { state, effects: [], dropped: 'not-ended' };
  if (ledger.epoch > run.epoch) return { state, effects: [], dropped: 'stale-run' }; // a rewind has been here
  const effects = outboxLetters(ledger);
  if (ledger.closed && ledger.epoch === run.epoch) return { state, effects };
  return { state: { ...state, ledger: { ...ledger, closed: true, epoch: run.epoch } }, effects };
}
