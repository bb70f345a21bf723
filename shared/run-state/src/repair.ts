import type { RepairPolicy, StagePolicy, TallyFailure } from '@tally/contracts';
import { aggregateEffect, type Effect } from './effects.ts';
import { isComplete, isFinished, type Ledger, type OpenEntry, openItems } from './ledger.ts';
import { outboxLetters } from './outbox.ts';
import { countOutcomes, noteOutcomes } from './outcomes.ts';
import { giveBack } from './parts.ts';
import { isServedSince, type QueueLook } from './queue-look.ts';
import { chunkOf, type ShardDecision, type ShardEvent, type ShardState, type TryOutcome } from './shard-state.ts';
import { fractionOf, singleSpreadMs } from './spread.ts';
import { goesSingly, isClaimable, sendsBy, topUp } from './top-up.ts';

/**
 * Whether a claim has been out for too long: longer than its time-out, and longer than a multiple of what the
 * shard's deliveries usually take. And no older message still waits in the queue, since ours may wait behind
 * it.
 * @param headInsertedAt when the oldest visible message of the queue was inserted (milliseconds since 1970);
 * null: nothing visible
 */
function isOverdue(
  entry: OpenEntry,
  usualMs: number,
  policy: RepairPolicy,
  headInsertedAt: number | null,
  now: number,
): boolean {
  const limitMs = Math.max(policy.overdueMs * patienceOf(entry, policy), policy.usualFactor * usualMs);
  const from = Math.max(entry.at, entry.notBefore ?? 0) + limitMs;
  // I2: to give up, it must be sure that its message doesn't wait. That was put after the claim's commit, and
  // stands behind what was put before it came up.
  const oldest = isSpent(entry, policy) ? from : entry.at;
  return now > from && (headInsertedAt === null || headInsertedAt > oldest);
}

/**
 * For how many times the time-out a claim may be out. That doubles with each repair while the chunk goes out
 * whole: a slow queue must not fill with copies. Half of it is enough for single items: they are spread
 * already, and another round does them no harm. After the last round they are given up. By then what a dead
 * host had taken must have come up again; the host hides it for ten minutes. With the usual numbers 1, 2, 4,
 * 8, then 4 and 12 minutes.
 */
function patienceOf(entry: OpenEntry, policy: RepairPolicy): number {
  if (isSpent(entry, policy)) return 1.5 * 2 ** policy.wholeSends;
  return goesSingly(entry, policy) ? 2 ** (policy.wholeSends - 1) : 2 ** entry.sends;
}

/** The claims that a pass sends again, or gives up. */
export function overdueClaims(
  ledger: Ledger,
  policy: RepairPolicy,
  headInsertedAt: number | null,
  now: number,
): OpenEntry[] {
  return ledger.open.filter((entry) => isOverdue(entry, ledger.usualMs, policy, headInsertedAt, now));
}

/**
 * Most chunks that one pass gives up: the transaction holds 100 rows, and one of them is the ledger. The next
 * pass gives up more.
 */
const MAX_GIVEN_UP = 99;

/**
 * The claims whose chunk rows a dispatch, or a pass, needs. Where items go out one by one, or are given up,
 * the row says which are open.
 * @param headInsertedAt as a pass has it; undefined: for a dispatch
 */
export function claimsInDoubt(
  ledger: Ledger,
  policy: RepairPolicy,
  now: number,
  headInsertedAt?: number | null,
): OpenEntry[] {
  const sent = headInsertedAt === undefined ? ledger.open : overdueClaims(ledger, policy, headInsertedAt, now);
  const repairs = headInsertedAt === undefined ? 0 : 1;
  return sent.filter((entry) => goesSingly({ ...entry, sends: entry.sends + repairs }, policy));
}

/** The overdue claims that were repaired too often, though a worker was there to take their messages (R8). */
export function poisonedClaims(ledger: Ledger, policy: RepairPolicy, look: QueueLook, now: number): OpenEntry[] {
  const overdue = overdueClaims(ledger, policy, look.headInsertedAt, now);
  return overdue.filter((entry) => isLost(entry, policy, look)).slice(0, MAX_GIVEN_UP);
}

function isLost(entry: OpenEntry, policy: RepairPolicy, look: QueueLook): boolean {
  return isSpent(entry, policy) && isServedSince(look, entry.at);
}

function isSpent({ sends }: OpenEntry, policy: RepairPolicy): boolean {
  return sends >= policy.maxSends;
}

/**
 * A watchdog's pass over one shard. It sends overdue chunks again, gives up those that keep disappearing
 * (I6), and has the dead letters of the outbox kept. It tops up, and reports a finished shard where no
 * delivery has. A repair moves neither the epoch nor `todo`, so a slow worker's commit still counts and
 * claims.
 */
export function repairShard(
  state: ShardState,
  event: Extract<ShardEvent, { type: 'repair' }>,
  policy: StagePolicy,
  now: number,
): ShardDecision {
  const { run, ledger } = state;
  if (!isClaimable(run, ledger)) return { state, effects: [], dropped: 'not-running' };
  const { look, chance } = event;
  const poisoned = poisonedClaims(ledger, policy.repair, look, now);
  const overdue = new Set(
    overdueClaims(ledger, policy.repair, look.headInsertedAt, now).filter(
      (entry) => !isLost(entry, policy.repair, look),
    ),
  );

  const marked = ledger.open.map((entry): OpenEntry => {
    if (!overdue.has(entry)) return entry;
    return repairedClaim(entry, chance.token, policy.repair, now);
  });
  const started: ShardState = { ...state, ledger: { ...ledger, open: marked } };
  const given = poisoned.reduce((before, entry) => giveUp(before, entry, policy, now), started);
  const topped = topUp(run, given.ledger, chance.token, now);
  const sends = sendsBy(topped, state.chunks, chance.token, policy, chance, now);
  const aggregate: Effect[] =
    isFinished(topped) && !run.counted.includes(ledger.shard) ? [aggregateEffect(run, ledger)] : [];
  return { state: { ...given, ledger: topped }, effects: [...outboxLetters(topped), ...sends, ...aggregate] };
}

/**
 * The first repair is for a message that was lost, and goes out at once. From the second on, something may
 * take the workers down. What went down together must not come back together. So chunks are spread over a
 * minute, and single items over longer (their messages share the time up to `notBefore`).
 */
function repairedClaim(entry: OpenEntry, by: string, policy: RepairPolicy, now: number): OpenEntry {
  const { notBefore: _, ...known } = entry;
  const claim = { ...known, at: now, sends: entry.sends + (isSpent(entry, policy) ? 0 : 1), by };
  if (claim.sends > policy.wholeSends) return { ...claim, notBefore: now + singleSpreadMs(policy) };
  if (claim.sends === 1) return claim;
  return { ...claim, notBefore: now + Math.floor(fractionOf(`${by}.${entry.chunk}`) * policy.overdueMs) };
}

/**
 * I6: the items of a chunk whose worker keeps disappearing are recorded failures, and a dead letter goes into
 * the outbox.
 */
function giveUp(state: ShardState, entry: OpenEntry, policy: StagePolicy, now: number): ShardState {
  const chunk = chunkOf(state, entry.chunk);
  const items = openItems(chunk).filter((index) => entry.items?.includes(index) ?? true);
  const reason = `no worker recorded a result after ${entry.sends + 1} sends`;
  const error: TallyFailure = { code: 'Poisoned', message: reason };
  const lost: TryOutcome = { kind: 'failed', error, durationMs: 0 };
  const noted = noteOutcomes(chunk, new Map(items.map((index) => [index, lost])), new Map(), 0, true);
  const { ledger: counted } = countOutcomes(state.ledger, noted, policy);
  const open = counted.open.filter((candidate) => candidate.chunk !== entry.chunk);
  const todo = isComplete(noted.chunk) ? counted.todo : giveBack(counted, entry.chunk).todo;
  const letters = items.length === 0 ? [] : [{ chunk: entry.chunk, at: now, items, reason }];
  return {
    ...state,
    ledger: { ...counted, open, todo, outbox: [...counted.outbox, ...letters] },
    chunks: new Map(state.chunks).set(entry.chunk, noted.chunk),
  };
}
