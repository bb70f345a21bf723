import type { Fold, ItemError, ItemOutcome, Json, StagePolicy, TallyFailure } from '@tally/contracts';
import { cutItemError } from './cut-words.ts';
import { type Chunk, type Ledger, openItems } from './ledger.ts';
import type { MessageHead, TryOutcome } from './shard-state.ts';
import { addFailure } from './tally.ts';

export interface Noted {
  readonly chunk: Chunk;
  /** Items that have got their result in this delivery. */
  readonly finished: readonly { index: number; item: Json; outcome: ItemOutcome }[];
  /** Items whose attempt this delivery has raised and that must be tried again. */
  readonly retries: readonly number[];
  readonly retryAfterMs: number;
}

/**
 * I1: writes down what no delivery has written before; the first result of an item stands.
 * @param tries which try each outcome was: a try that another delivery has recorded isn't recorded twice
 * @param mayRetry whether this commit may send a retry. Only then does it record a failed try. If a commit
 * raised an attempt and sent nothing, the next message of that attempt would not send the retry either.
 */
export function noteOutcomes(
  before: Chunk,
  tried: ReadonlyMap<number, TryOutcome>,
  tries: ReadonlyMap<number, number>,
  maxAttempts: number,
  mayRetry: boolean,
): Noted {
  const attempts = [...before.attempts];
  const outcomes = [...before.outcomes];
  const finished: { index: number; item: Json; outcome: ItemOutcome }[] = [];
  const retries: number[] = [];
  let retryAfterMs = 0;
  for (const [place, item] of before.items.entries()) {
    const index = before.first + place;
    const came = tried.get(index);
    if (came === undefined || outcomes[place] !== null) continue;
    if (came.kind === 'retry') {
      const attempt = tries.get(index) ?? 0;
      if (!mayRetry || (attempts[place] ?? 0) >= attempt) continue;
      attempts[place] = attempt;
      if (attempt < maxAttempts) {
        retries.push(index);
        retryAfterMs = Math.max(retryAfterMs, came.retryAfterMs);
        continue;
      }
    }
    const outcome = finalOutcome(came);
    outcomes[place] = outcome;
    finished.push({ index, item, outcome });
  }
  const isChanged = finished.length > 0 || retries.length > 0;
  return { chunk: isChanged ? { ...before, attempts, outcomes } : before, finished, retries, retryAfterMs };
}

function finalOutcome(tried: TryOutcome): ItemOutcome {
  if (tried.kind === 'succeeded') return { status: 'succeeded', result: tried.result, durationMs: tried.durationMs };
  return { status: 'failed', error: cutItemError(tried.error), durationMs: tried.durationMs };
}

interface Counted {
  readonly ledger: Ledger;
  readonly chunk: Chunk;
}

/**
 * Adds what is new to the shard's counts and fold. I6: an item whose result makes the fold throw, or makes of it
 * what no ledger can hold, has failed, in its chunk's row too. Otherwise its commit would be tried again and again,
 * and that of its neighbours with it. The first commit that succeeds decides (I1).
 *
 * A value of the fold is checked once, after the last item: a check takes several times as long as adding. Only if
 * something is wrong is it checked after each item, to find the one at fault.
 */
export function countOutcomes(
  ledger: Ledger,
  noted: Noted,
  { fold, checkFold }: Pick<StagePolicy, 'fold' | 'checkFold'>,
): Counted {
  const counted = countEach(ledger, noted, fold.add);
  if (counted.chunk === noted.chunk && isHeld(counted.ledger.fold, checkFold)) return counted;
  return countEach(ledger, noted, (...adding) => {
    const folded = fold.add(...adding);
    checkFold(folded);
    return folded;
  });
}

function isHeld(folded: Json, checkFold: StagePolicy['checkFold']): boolean {
  try {
    checkFold(folded);
    return true;
  } catch {
    return false;
  }
}

function countEach(ledger: Ledger, noted: Noted, add: Fold['add']): Counted {
  let counted = ledger;
  const outcomes = [...noted.chunk.outcomes];
  let isUnfolded = false;
  for (const { index, item, outcome } of noted.finished) {
    const folded =
      outcome.status === 'succeeded' ? foldIn(counted.fold, index, item, outcome.result, add) : outcome.error;
    if ('sum' in folded) {
      counted = { ...counted, succeeded: counted.succeeded + 1, fold: folded.sum };
      continue;
    }
    counted = { ...counted, failed: counted.failed + 1, failures: addFailure(counted.failures, index, folded) };
    if (outcome.status === 'failed') continue;
    outcomes[index - noted.chunk.first] = { status: 'failed', error: folded, durationMs: outcome.durationMs };
    isUnfolded = true;
  }
  return { ledger: counted, chunk: isUnfolded ? { ...noted.chunk, outcomes } : noted.chunk };
}

function foldIn(
  folded: Json,
  index: number,
  item: Json,
  result: Json,
  add: Fold['add'],
): { readonly sum: Json } | ItemError {
  try {
    return { sum: add(folded, index, item, result) };
  } catch (error) {
    const message = `the fold failed on its result: ${String(error)}`;
    return cutItemError({ code: 'FoldFailed', message } satisfies TallyFailure);
  }
}

/** Takes a finished chunk's claim out. */
export function release(ledger: Ledger, chunk: number): Ledger {
  const open = ledger.open.filter((entry) => entry.chunk !== chunk);
  return open.length === ledger.open.length ? ledger : { ...ledger, open };
}

/**
 * The weight of the newest measurement. Where work usually takes a second, a freeze of ninety seconds makes
 * that nineteen, and the next commits forget it.
 */
const NEWEST = 0.2;
/** A delivery's tries never count for more than this: a longer standstill was no work. */
const WORKED_MAX_MS = 300_000;

/**
 * Notes how long a delivery's tries took: from its begin to the last result. The commit is left out, so that
 * an outage of the storage doesn't count as work. One that began before the last measurement ran beside that
 * delivery. It raises the average to its own share at most: a freeze that all of them met counts once.
 * @param workedMs milliseconds; negative where a clock was set back meanwhile
 */
export function noteWork(ledger: Ledger, workedMs: number, now: number): Ledger {
  const bounded = Math.min(Math.max(workedMs, 0), WORKED_MAX_MS);
  if (ledger.usualAt !== undefined && now - bounded < ledger.usualAt) {
    const share = Math.round(NEWEST * bounded);
    return share > ledger.usualMs ? { ...ledger, usualMs: share } : ledger;
  }
  return { ...ledger, usualMs: Math.round(ledger.usualMs + NEWEST * (bounded - ledger.usualMs)), usualAt: now };
}

/**
 * What a delivery of a message must try: which of its items, and which try that is for each. Only the chunk's
 * row decides. A named item counts if the row holds it, has no result of it, and hasn't recorded that many
 * tries of it. So each item gets all its tries, whatever a message says.
 */
export function pendingTries(chunk: Chunk, message: Pick<MessageHead, 'items' | 'attempt'>): Map<number, number> {
  const named = message.items === undefined ? null : new Set(message.items);
  const pending = new Map<number, number>();
  for (const index of openItems(chunk)) {
    const next = nextTry(chunk, [index]);
    if (next <= message.attempt && (named === null || named.has(index))) pending.set(index, next);
  }
  return pending;
}

/** One try further than the highest that is recorded of these items. */
export function nextTry(chunk: Chunk, items: readonly number[]): number {
  return 1 + Math.max(0, ...items.map((index) => chunk.attempts[index - chunk.first] ?? 0));
}
