import { aggregateEffect, type DeadLetter, type Effect } from './effects.ts';
import { isFinished, type Ledger } from './ledger.ts';
import type { ShardDecision, ShardEvent, ShardState } from './shard-state.ts';
import { isClaimable } from './top-up.ts';

/** I6: the dead letters that are still to be kept, including those that a process died before keeping. */
export function owedLetters({ shard, owed }: Ledger): DeadLetter[] {
  return owed.map((letter) => ({ type: 'dead-letter', shard, ...letter }));
}

/** A letter is kept. It may have been the last thing that the shard was waiting for. */
export function strikeLetter(
  state: ShardState,
  { at, item }: Extract<ShardEvent, { type: 'letter-kept' }>,
): ShardDecision {
  const { run, ledger } = state;
  const owed = ledger.owed.filter((letter) => letter.at !== at || letter.items[0] !== item);
  if (owed.length === ledger.owed.length) return { state, effects: [] }; // another has struck it off
  const struck = { ...ledger, owed };
  const isDone = isClaimable(run, struck) && isFinished(struck) && !run.counted.includes(ledger.shard);
  const effects: Effect[] = isDone ? [aggregateEffect(run, ledger)] : [];
  return { state: { ...state, ledger: struck }, effects };
}
