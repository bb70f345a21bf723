import type { Chunk, Effect, Ledger, MapView, Refusal, ShardEvent } from '@tally/run-state';
import type { ShardRows, Versioned } from '../stored.ts';

/** An event for a shard, with what its sender knows. */
export interface CommitJob {
  /** As the sender knows it: merged jobs may differ in that. */
  readonly run: MapView;
  readonly event: ShardEvent;
  /** The chunk rows that the event needs; absent: the one that it names. */
  readonly chunks?: ((ledger: Ledger) => readonly number[]) | undefined;
  /**
   * Rows that the sender has read, and that need no second read. If they have changed since, they are read
   * again.
   */
  readonly known?: ReadonlyMap<number, Versioned<Chunk>> | undefined;
  /** Decide on a ledger that is read now, not on that of the last commit. */
  readonly fresh?: boolean | undefined;
}

/** The outcome of a job. */
export interface Commit {
  /** To be sent or done now (I4). */
  readonly effects: readonly Effect[];
  readonly dropped?: Refusal | undefined;
  /** The rows as they stand after the commit: the ledger, and the chunks of all jobs of the transaction. */
  readonly rows: ShardRows;
}
