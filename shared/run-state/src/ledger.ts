import type { ItemOutcome, Json } from '@tally/contracts';
import type { Ranges } from './ranges.ts';

/**
 * I3: a claim. It says that this chunk is out: since when, how often repair has sent it, and which message
 * claimed it or sent it again.
 */
export interface OpenEntry {
  readonly chunk: number;
  /** When it was claimed or last sent by repair. */
  readonly at: number;
  /** How often repair has sent it again. */
  readonly sends: number;
  /** I4: the token of the message whose commit put the entry here or sent its retry. */
  readonly by: string;
  /**
   * The numbers of the items that are out, ascending; absent: all of the chunk that have no result. Present
   * where the window is smaller than the chunk: its other items follow as these come back.
   */
  readonly items?: readonly number[] | undefined;
  /**
   * Its message came up while the run was suspended, and was dropped. Nothing of it is out until the run is
   * resumed. Only the counts use this.
   */
  readonly isIdle?: boolean | undefined;
  /** A retry waits until this instant. */
  readonly notBefore?: number | undefined;
}

/**
 * A dead letter about items that repair gave up. The transaction that records them as failed puts it into the
 * outbox. It leaves the outbox once it is kept, so a crash in between loses none, and none is about an item
 * that succeeded. Its time and first item name it, so it exists once however often it is kept.
 */
export interface OutboxLetter {
  readonly chunk: number;
  /** When the items were given up. */
  readonly at: number;
  /** Item numbers. */
  readonly items: readonly number[];
  readonly reason: string;
}

/** Failed items of one code. */
export interface FailureTally {
  readonly code: string;
  readonly count: number;
  /** The lowest such item number seen, and its message. */
  readonly example: { readonly index: number; readonly message: string };
}

/** A shard's row: what is to do, what is out, what is done. Counts are of items. */
export interface Ledger {
  readonly shard: number;
  /** The number of the shard's first item, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly epoch: number;
  /** I5: a closed shard takes no results; only a higher epoch opens it again. */
  readonly closed: boolean;
  /** Chunks that no message has claimed. */
  readonly todo: Ranges;
  readonly open: readonly OpenEntry[];
  /** The outbox: dead letters that are still to be kept. */
  readonly outbox: readonly OutboxLetter[];
  /** How long a delivery's tries usually take, in milliseconds. Repair waits for a multiple of it. */
  readonly usualMs: number;
  /** When that was last measured; absent: not yet. */
  readonly usualAt?: number | undefined;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: readonly FailureTally[];
  readonly fold: Json;
}

/** A chunk's row: its items and, later, their outcomes. */
export interface Chunk {
  readonly chunk: number;
  /** The number of the chunk's first item in the run. */
  readonly first: number;
  readonly items: readonly Json[];
  /** The highest failed try that is recorded, per item; 0: none. */
  readonly attempts: readonly number[];
  /** Per item; null: no result yet. */
  readonly outcomes: readonly (ItemOutcome | null)[];
}

/** This shard is counted: what the run's output is folded from. */
export interface ShardSummary {
  readonly shard: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: readonly FailureTally[];
  readonly fold: Json;
}

/** Whether every item of the chunk has its result. */
export function isComplete(chunk: Chunk): boolean {
  return chunk.outcomes.every((outcome) => outcome !== null);
}

/** A chunk of which nothing is recorded. */
export function untouchedChunk(chunk: number, first: number, items: readonly Json[]): Chunk {
  return { chunk, first, items, attempts: items.map(() => 0), outcomes: items.map(() => null) };
}

/** The numbers of the items that have no result. */
export function openItems(chunk: Chunk): number[] {
  return chunk.outcomes.flatMap((outcome, place) => (outcome === null ? [chunk.first + place] : []));
}

/**
 * Whether nothing is left to claim, nothing is out, and the outbox is empty. Such a shard only has to be
 * counted.
 */
export function isFinished(ledger: Ledger): boolean {
  return ledger.todo.length === 0 && ledger.open.length === 0 && ledger.outbox.length === 0;
}
