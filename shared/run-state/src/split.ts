import { tokenSource } from './effects.ts';
import type { OpenEntry } from './ledger.ts';
import { nextTry, pendingTries } from './outcomes.ts';
import { recordOutcomes } from './record.ts';
import { chunkOf, type Policy, type ShardDecision, type ShardEvent, type ShardState } from './shard-state.ts';
import { singleSpreadMs } from './spread.ts';
import { isClaimable } from './top-up.ts';

/**
 * A poisoned message of several items: they go on one by one, so that one bad item can't sink its neighbours (I6). The claim
 * counts as repaired often enough that every later repair sends single items too.
 */
export function splitChunk<Item, Result, Folded>(
  state: ShardState<Item, Result, Folded>,
  event: Extract<ShardEvent<Result>, { type: 'split' }>,
  policy: Policy<Item, Result, Folded>,
  now: number,
): ShardDecision<Item, Result, Folded> {
  const { run, ledger } = state;
  const { message, chance } = event;
  if (ledger.closed) return { state, effects: [], dropped: 'shard-closed' };
  if (message.epoch !== ledger.epoch) return { state, effects: [], dropped: 'old-epoch' };
  if (!isClaimable(run, ledger)) return { state, effects: [], dropped: 'run-not-running' };
  const chunk = chunkOf(state, message.chunk);
  const items = [...pendingTries(chunk, message).keys()];
  const entry = ledger.open.find((candidate) => candidate.chunk === message.chunk);
  // Its work is recorded already: the poisoned copy does what any repeat does (I4, I7).
  if (entry === undefined || items.length === 0)
    return recordOutcomes(
      state,
      { type: 'record', message, outcomes: new Map(), tries: new Map(), chance },
      policy,
      now,
    );
  const sends = Math.max(entry.sends, policy.repair.wholeSends + 1);
  const delayMs = singleSpreadMs(policy.repair);
  const claim: OpenEntry = { ...entry, at: now, sends, by: message.tok, notBefore: now + delayMs };
  const open = ledger.open.map((candidate) => (candidate === entry ? claim : candidate));
  const tok = tokenSource(chance)();
  const { shard, epoch } = ledger;
  return {
    state: { ...state, ledger: { ...ledger, open } },
    effects: [
      {
        ...{ type: 'send-chunk', shard, chunk: entry.chunk, epoch, tok },
        ...{ attempt: nextTry(chunk, items), items, split: true, delayMs },
      },
    ],
  };
}
