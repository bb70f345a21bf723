import type { Fold, ItemOutcome } from '@tally/contracts';
import type { Chunk, Ledger } from './ledger.ts';
import type { MessageHead, TryOutcome } from './shard-state.ts';
import { addFailure } from './tally.ts';

export interface Noted<Item, Result> {
  readonly chunk: Chunk<Item, Result>;
  /** Items that have got their result here and now. */
  readonly finished: readonly { index: number; item: Item; outcome: ItemOutcome<Result> }[];
  /** Items whose attempt this delivery has raised and that are to be tried again. */
  readonly retries: readonly number[];
  readonly retryAfterMs: number;
}

/**
 * I1: writes down what nobody has written before; the first result of an item stands.
 * @param mayRetry whether this commit may send a retry. Only then does it record a failed try: an attempt that is raised by a commit that sends nothing
 * would keep the next message of the same attempt from sending the retry, and nobody would
 */
export function noteOutcomes<Item, Result>(
  before: Chunk<Item, Result>,
  tries: ReadonlyMap<number, TryOutcome<Result>>,
  attempt: number,
  maxAttempts: number,
  mayRetry: boolean,
): Noted<Item, Result> {
  const attempts = [...before.attempts];
  const outcomes = [...before.outcomes];
  const finished: { index: number; item: Item; outcome: ItemOutcome<Result> }[] = [];
  const retries: number[] = [];
  let retryAfterMs = 0;
  for (const [place, item] of before.items.entries()) {
    const index = before.first + place;
    const tried = tries.get(index);
    if (tried === undefined || outcomes[place] !== null) continue;
    if (tried.kind === 'retry') {
      if (!mayRetry || (attempts[place] ?? 0) >= attempt) continue;
      attempts[place] = attempt;
      if (attempt < maxAttempts) {
        retries.push(index);
        retryAfterMs = Math.max(retryAfterMs, tried.retryAfterMs);
        continue;
      }
    }
    const outcome = finalOutcome(tried);
    outcomes[place] = outcome;
    finished.push({ index, item, outcome });
  }
  const isChanged = finished.length > 0 || retries.length > 0;
  return { chunk: isChanged ? { ...before, attempts, outcomes } : before, finished, retries, retryAfterMs };
}

function finalOutcome<Result>(tried: TryOutcome<Result>): ItemOutcome<Result> {
  if (tried.kind === 'succeeded') return { status: 'succeeded', result: tried.result, durationMs: tried.durationMs };
  return { status: 'failed', error: tried.error, durationMs: tried.durationMs };
}

/** Adds what is new to the shard's counts and fold. */
export function countOutcomes<Item, Result, Folded>(
  ledger: Ledger<Folded>,
  noted: Noted<Item, Result>,
  fold: Fold<Item, Result, Folded>,
): Ledger<Folded> {
  let counted = ledger;
  for (const { index, item, outcome } of noted.finished) {
    counted =
      outcome.status === 'succeeded'
        ? {
            ...counted,
            succeeded: counted.succeeded + 1,
            fold: fold.add(counted.fold, index, item, outcome.result),
          }
        : { ...counted, failed: counted.failed + 1, failures: addFailure(counted.failures, index, outcome.error) };
  }
  return counted;
}

/** Takes a finished chunk's claim out and remembers how long it took. */
export function release<Folded>(ledger: Ledger<Folded>, chunk: number, now: number): Ledger<Folded> {
  const entry = ledger.open.find((candidate) => candidate.chunk === chunk);
  if (entry === undefined) return ledger;
  const tookMs = now - Math.max(entry.at, entry.notBefore ?? 0);
  const open = ledger.open.filter((candidate) => candidate !== entry);
  return { ...ledger, open, slowestMs: Math.max(ledger.slowestMs, tookMs) };
}

/**
 * The items of a message that a delivery of it is still to work on: those without a result whose attempt nobody has recorded. A
 * repeated delivery that finds none has nothing to do but what `recordOutcomes` says (I4).
 */
export function pendingItems(
  chunk: Chunk<unknown, unknown>,
  message: Pick<MessageHead, 'items' | 'attempt'>,
): number[] {
  return message.items.filter((index) => {
    const place = index - chunk.first;
    return chunk.outcomes[place] === null && (chunk.attempts[place] ?? 0) < message.attempt;
  });
}
