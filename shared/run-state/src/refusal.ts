/**
 * Why an event on a run or on a shard changes nothing. The log says the same word of a message that is dropped
 * for it.
 */
export type Refusal =
  | 'not-pending'
  | 'not-running'
  | 'not-suspended'
  | 'already-ended'
  | 'not-ended'
  | 'nothing-to-rewind'
  | 'old-epoch'
  | 'already-counted'
  | 'not-all-counted'
  | 'not-open'
  | 'verdict-stands'
  | 'too-early'
  /** The run has ended for this shard: it takes no results (I5). */
  | 'shard-closed'
  /** A rewind has not reached the shard yet. */
  | 'not-reopened'
  /** The shard is of a later epoch than the run row that was read. */
  | 'stale-run';
