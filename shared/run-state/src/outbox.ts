import { aggregateEffect, type DeadLetter, type Effect } from './effects.ts';
import { isFinished, type Ledger } from './ledger.ts';
import type { ShardDecision, ShardEvent, ShardState } from './shard-state.ts';
import { isClaimable } from './top-up.ts';

/** I6: the dead letters that are still to be kept, including those that a process died before keeping. */
export function outboxLetters({ shard, outbox }: Ledger): DeadLetter[] {
  return outbox.map((letter) => ({ type: 'dead-letter', shard, ...letter }));
}

/** A letter is kept. It may have been the last thing that the shard was waiting for. */
export function removeLetter(
  state: ShardState,
  { at, item }: Extract<ShardEvent, { type: 'outbox-delivered' }>,
): ShardDecision {
  const { run, ledger } = state;
  const outbox = ledger.outbox.filter((letter) => letter.at !== at || letter.items[0] !== item);
  if (outbox.length === ledger.outbox.length) return { state, effects: [] }; // another has removed it
  const rest = { ...ledger, outbox };
  const isDone = isClaimable(run, rest) && isFinished(rest) && !run.counted.includes(ledger.shard);
  const effects: Effect[] = isDone ? [aggregateEffect(run, ledger)] : [];
  return { state: { ...state, ledger: rest }, effects };
}
