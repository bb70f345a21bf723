import { tokenSource } from './effects.ts';
import type { OpenEntry } from './ledger.ts';
import { nextTry, pendingTries } from './outcomes.ts';
import { recordOutcomes } from './record.ts';
import {
  chunkOf,
  type Policy,
  type ShardDecision,
  type ShardEvent,
  type ShardState,
  type TryOutcome,
} from './shard-state.ts';
import { singleSpreadMs } from './spread.ts';
import { goesSingly, isClaimable } from './top-up.ts';

type PoisonEvent<Result> = Extract<ShardEvent<Result>, { type: 'poison' }>;

/**
 * A message that the host has given up. Of a chunk that went out as a whole the items go on one by one, so that one bad item can't sink its neighbours
 * (I6); a single item that has gone out by itself is recorded as failed, and a dead letter is owed.
 *
 * A poisoned message is a permit too, and anybody can put one (I2). So what has gone out, and since when, is believed from the claim alone, and that it isn't
 * out any more by {@link isBelieved}.
 */
export function poisonChunk<Item, Result, Folded>(
  state: ShardState<Item, Result, Folded>,
  event: PoisonEvent<Result>,
  policy: Policy<Item, Result, Folded>,
  now: number,
): ShardDecision<Item, Result, Folded> {
  const { run, ledger } = state;
  const { message, chance, reason } = event;
  if (ledger.closed) return { state, effects: [], dropped: 'shard-closed' };
  if (message.epoch !== ledger.epoch) return { state, effects: [], dropped: 'old-epoch' };
  if (!isClaimable(run, ledger)) return { state, effects: [], dropped: 'run-not-running' };
  const entry = ledger.open.find((candidate) => candidate.chunk === message.chunk);
  const pending = [...pendingTries(chunkOf(state, message.chunk), message).keys()];
  // I3: of a part nothing else goes out.
  const items = pending.filter((index) => entry?.items?.includes(index) ?? true);
  const record = { type: 'record', message, outcomes: new Map<number, never>(), tries: new Map(), chance } as const;
  // Its work is recorded already: the poisoned copy does what any repeat does (I4, I7).
  if (entry === undefined || items.length === 0) return recordOutcomes(state, record, policy, now);
  if (items.length > 1 || !goesSingly(entry, policy.repair)) return splitChunk(state, event, entry, items, policy, now);
  if (!isBelieved(entry, event, now)) return { state, effects: [], dropped: 'too-early' };
  const lost: TryOutcome<Result> = { kind: 'failed', error: { code: 'Poisoned', message: reason }, durationMs: 0 };
  const outcomes = new Map(items.map((index) => [index, lost]));
  return recordOutcomes(state, { ...record, outcomes, owes: reason }, policy, now);
}

/**
 * When the host has let go of a message of this claim that it took at once, in milliseconds since 1970. Of single items each may have gone out at any time
 * before the last.
 */
export function believedFrom(entry: OpenEntry, { waitMs }: Pick<PoisonEvent<never>, 'waitMs'>): number {
  return Math.max(entry.at, entry.notBefore ?? 0) + waitMs;
}

/**
 * I2: whether no message of the claim can wait in the queue any more, or be in work since it came up. Repair asks for the same evidence. A message is put into the
 * queue after its claim is committed, later by a lease where the sender dies in between. So the oldest one that waits must be from after all of that time.
 * What was taken a moment ago, after a long backlog, is not seen.
 */
function isBelieved(entry: OpenEntry, event: PoisonEvent<unknown>, now: number): boolean {
  const from = believedFrom(entry, event);
  return now >= from && (event.headInsertedAt === null || event.headInsertedAt > from);
}

/** The claim counts as repaired often enough that every later repair sends single items too. */
function splitChunk<Item, Result, Folded>(
  state: ShardState<Item, Result, Folded>,
  { message, chance }: PoisonEvent<Result>,
  entry: OpenEntry,
  items: readonly number[],
  policy: Policy<Item, Result, Folded>,
  now: number,
): ShardDecision<Item, Result, Folded> {
  const { ledger } = state;
  const sends = Math.max(entry.sends, policy.repair.wholeSends + 1);
  const delayMs = singleSpreadMs(policy.repair);
  const claim: OpenEntry = { ...entry, at: now, sends, by: message.tok, notBefore: now + delayMs };
  const open = ledger.open.map((candidate) => (candidate === entry ? claim : candidate));
  const { shard, epoch } = ledger;
  const attempt = nextTry(chunkOf(state, entry.chunk), items);
  const tok = tokenSource(chance)();
  return {
    state: { ...state, ledger: { ...ledger, open } },
    effects: [{ type: 'send-chunk', shard, chunk: entry.chunk, epoch, tok, attempt, items, split: true, delayMs }],
  };
}
