/** What an item came to. Once recorded it never changes, but for a rewind of a failed one. */
export type ItemOutcome<Result> =
  | { readonly status: 'succeeded'; readonly result: Result; readonly durationMs: number }
  | { readonly status: 'failed'; readonly error: ItemError; readonly durationMs: number };

export interface ItemError {
  /** A stable word to group by, e.g. `InvalidImage`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

/**
 * A fold over the results of a run. It must not care in which order items are added or parts merged (a commutative
 * monoid), since chunks finish in any order: `merge(empty, x) = x`, and adding is merging with one item.
 */
export interface Fold<Item, Result, Folded> {
  readonly empty: Folded;
  /** `index` and `item` say which item the result is of, for those folds that name an item. */
  readonly add: (folded: Folded, index: number, item: Item, result: Result) => Folded;
  readonly merge: (left: Folded, right: Folded) => Folded;
}

/** How a failed try is tried again: exponential back-off with a ceiling, in milliseconds. */
export interface RetryPolicy {
  /** Tries an item gets across messages, from 1. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** When a claim counts as overdue, and what repair does about it. */
export interface RepairPolicy {
  /** A claim without commit is overdue after this, doubled with each repair. */
  readonly overdueMs: number;
  /** Or after this many times what the shard's deliveries take as a rule, if that is longer. */
  readonly usualFactor: number;
  /** After this many repairs the chunk goes out as single-item messages, so that one bad item can't hold its neighbours. */
  readonly wholeSends: number;
  /** They are spread over so many times `overdueMs`: they must not all meet in one worker with the one that takes it down. */
  readonly singleSpreadFactor: number;
  /** After this many repairs the chunk's open items are recorded as failed, `Poisoned`. */
  readonly maxSends: number;
}

/** All that the core needs to know about a stage that works on items: no names, no types of the chain. */
export interface StagePolicy<Item, Result, Folded> {
  readonly fold: Fold<Item, Result, Folded>;
  readonly retry: RetryPolicy;
  readonly repair: RepairPolicy;
}
