import type { RunStatus } from '@tally/contracts';
import type { ListedRun } from './listed-run.ts';

export type { ListedRun } from './listed-run.ts';

export interface RunQuery {
  readonly idPrefix?: string | undefined;
  /** Milliseconds since 1970, both included. */
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  /** Absent: all. */
  readonly statuses?: readonly RunStatus[] | undefined;
  /** Runs on a page at most. */
  readonly top: number;
  /** The token of the previous page; null: the first page. */
  readonly token: string | null;
}

export interface RunPage {
  readonly runs: readonly ListedRun[];
  /**
   * The token for the next page; null: this was the last. A page may be short, or empty, and still have one.
   */
  readonly token: string | null;
}

/**
 * After this many lines and run rows a page gives a token instead of going on. So a filter that matches
 * hardly any run is answered in time.
 */
export const MAX_LINES = 10_000;
export const MAX_READS = 200;
/** Run rows read at once. */
export const READS_AT_ONCE = 16;
