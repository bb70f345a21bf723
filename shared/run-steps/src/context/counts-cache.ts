import type { Run } from '@tally/run-state';

/** The counts of items. `pending`: not claimed; `inFlight`: claimed and without a result. */
export interface RunCounts {
  readonly total: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly aborted: number;
}

/** The counts of each map node of a run in its present round, by the node's name. */
export type NodeCounts = ReadonlyMap<string, RunCounts>;

/** Cached counts are used for this long. */
const CACHE_MS = 1_000;
/** Runs kept at most. The oldest is dropped first. */
const CACHE_RUNS = 500;

interface Entry {
  readonly of: string;
  readonly at: number;
  readonly counts: Promise<NodeCounts>;
}

/**
 * The counts of runs that callers look at, at most a second old. However many callers look at a run, its
 * ledgers are read once a second. Each caller reads the run row itself. So a caller that has just suspended,
 * ended or restarted a run sees that at once. Counts that were read beside an earlier version of the row are
 * read again.
 */
export class CountsCache {
  readonly #runs = new Map<string, Entry>();

  /** @param run as it was just read */
  async get(
    { runId, generation, updatedAt }: Pick<Run, 'runId' | 'generation' | 'updatedAt'>,
    now: number,
    read: () => Promise<NodeCounts>,
  ): Promise<NodeCounts> {
    const of = `${generation} ${updatedAt}`;
    const known = this.#runs.get(runId);
    if (known !== undefined && known.of === of && now - known.at < CACHE_MS) return await known.counts;
    const entry = { of, at: now, counts: read() };
    this.#runs.delete(runId);
    this.#runs.set(runId, entry);
    const oldest = this.#runs.keys().next();
    if (this.#runs.size > CACHE_RUNS && oldest.done !== true) this.#runs.delete(oldest.value);
    try {
      return await entry.counts;
    } catch (error) {
      // A failed read gives no counts: the next caller reads again.
      if (this.#runs.get(runId) === entry) this.#runs.delete(runId);
      throw error;
    }
  }
}
