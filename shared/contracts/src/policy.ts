import type { FailureCode } from './failures.ts';
import type { Json } from './json.ts';

/**
 * The outcome of an item. Once recorded it never changes, unless a rewind sends a failed item through again.
 */
export type ItemOutcome =
  | { readonly status: 'succeeded'; readonly result: Json; readonly durationMs: number }
  | { readonly status: 'failed'; readonly error: ItemError; readonly durationMs: number };

export interface ItemError {
  /** A stable code to group by, e.g. `InvalidImage`. */
  readonly code: FailureCode;
  /** For people. */
  readonly message: string;
}

/**
 * A fold over the results of a run. Chunks finish in any order, so the order in which items are added or
 * parts are merged must not matter (a commutative monoid): `merge(empty, x) = x`, and adding is merging with
 * one item.
 */
export interface Fold<Item = Json, Result = Json, Folded = Json> {
  readonly empty: Folded;
  /** `index` and `item` say which item the result belongs to, for folds that name an item. */
  readonly add: (folded: Folded, index: number, item: Item, result: Result) => Folded;
  readonly merge: (left: Folded, right: Folded) => Folded;
}

/** How a failed try is repeated: exponential back-off with a ceiling, in milliseconds. */
export interface RetryPolicy {
  /** The number of tries that an item gets across messages, from 1. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** When a claim counts as overdue, and how repair handles it. */
export interface RepairPolicy {
  /** A claim without a commit is overdue after this time, doubled with each repair. */
  readonly overdueMs: number;
  /** It is overdue after this multiple of the shard's usual delivery time, if that is longer. */
  readonly usualFactor: number;
  /**
   * After this many repairs the chunk goes out as single-item messages, so that one bad item can't hold up
   * its neighbours.
   */
  readonly wholeSends: number;
  /**
   * The single-item messages are spread over this multiple of `overdueMs`. They must not all be in one worker
   * with the item that takes it down.
   */
  readonly singleSpreadFactor: number;
  /** After this many repairs the chunk's open items are recorded as failed, `Poisoned`. */
  readonly maxSends: number;
}

/** All that the core knows about a stage that works on items: no names and no types of the chain. */
export interface StagePolicy {
  readonly fold: Fold;
  /** @throws Error that says why no ledger can hold this value of the fold */
  readonly checkFold: (folded: Json) => void;
  readonly retry: RetryPolicy;
  readonly repair: RepairPolicy;
}
