import type { StagePolicy } from '@tally/contracts';
import { tokenSource } from './effects.ts';
import type { OpenEntry } from './ledger.ts';
import { nextTry, pendingTries } from './outcomes.ts';
import { recordOutcomes } from './record.ts';
import { chunkOf, type ShardDecision, type ShardEvent, type ShardState } from './shard-state.ts';
import { singleSpreadMs } from './spread.ts';
import { goesSingly, isClaimable } from './top-up.ts';

type PoisonEvent = Extract<ShardEvent, { type: 'poison' }>;

/**
 * A message that the host has given up. If its claim went out whole, the items go on one by one, so that one
 * bad item can't sink its neighbours (I6).
 *
 * It is no proof against any item. What went down together with a bad item comes back together with it, after
 * the host's pause and as often as the host delivers. So all of their messages are given up; and anyone can
 * put one into the queue (I2). For a claim whose items already go one by one it has only the effect of a
 * repeat. That claim is in repair, which sends its items again at times of their own. Repair alone gives them
 * up, when its rounds are used up.
 */
export function splitPoisoned(state: ShardState, event: PoisonEvent, policy: StagePolicy, now: number): ShardDecision {
  const { run, ledger } = state;
  const { message, chance } = event;
  if (ledger.closed) return { state, effects: [], dropped: 'shard-closed' };
  if (message.epoch !== ledger.epoch) return { state, effects: [], dropped: 'old-epoch' };
  if (!isClaimable(run, ledger)) return { state, effects: [], dropped: 'not-running' };
  const entry = ledger.open.find((candidate) => candidate.chunk === message.chunk);
  const pending = [...pendingTries(chunkOf(state, message.chunk), message).keys()];
  // I3: of a part nothing else goes out.
  const items = pending.filter((index) => entry?.items?.includes(index) ?? true);
  if (entry !== undefined && items.length > 0 && !goesSingly(entry, policy.repair))
    return splitChunk(state, event, entry, items, policy, now);
  // I4, I7: its work is recorded already, or one of these messages has sent its items.
  const record = { type: 'record', message, outcomes: new Map<number, never>(), tries: new Map(), chance } as const;
  return recordOutcomes(state, record, policy, now);
}

/** The claim counts as repaired often enough that every later repair sends single items too. */
function splitChunk(
  state: ShardState,
  { message, chance }: PoisonEvent,
  entry: OpenEntry,
  items: readonly number[],
  policy: StagePolicy,
  now: number,
): ShardDecision {
  const { ledger } = state;
  const sends = policy.repair.wholeSends + 1;
  const delayMs = singleSpreadMs(policy.repair);
  const claim: OpenEntry = { ...entry, at: now, sends, by: message.token, notBefore: now + delayMs };
  const open = ledger.open.map((candidate) => (candidate === entry ? claim : candidate));
  const { shard, epoch } = ledger;
  const attempt = nextTry(chunkOf(state, entry.chunk), items);
  const token = tokenSource(chance)();
  return {
    state: { ...state, ledger: { ...ledger, open } },
    effects: [{ type: 'send-chunk', shard, chunk: entry.chunk, epoch, token, attempt, items, split: true, delayMs }],
  };
}
