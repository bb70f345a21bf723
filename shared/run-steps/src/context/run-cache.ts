import type { Run } from '@tally/run-state';
import type { RunStore, Versioned } from '@tally/run-store';

/** A cached run row is used for this long: a busy process reads each run at most once a second. */
const CACHE_MS = 1_000;
/** Rows kept at most. The oldest is dropped first. */
const CACHE_ROWS = 500;

/**
 * Run rows, at most a second old. I9: a cached row may let work start. A step that wants to drop a message
 * asks for a fresh one.
 */
export class RunCache {
  readonly #store: Pick<RunStore, 'readRun'>;
  readonly #now: () => number;
  readonly #rows = new Map<string, { readonly at: number; readonly run: Promise<Versioned<Run> | null> }>();

  constructor(store: Pick<RunStore, 'readRun'>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * The row as it was at most a second ago; null where there is none.
   * @param withinMs how old it may be instead, in milliseconds
   */
  async get(runId: string, withinMs = CACHE_MS): Promise<Run | null> {
    const known = this.#rows.get(runId);
    if (known !== undefined && this.#now() - known.at < withinMs) return (await known.run)?.value ?? null;
    return await this.fresh(runId);
  }

  /** The row as it is now. */
  async fresh(runId: string): Promise<Run | null> {
    const entry = { at: this.#now(), run: this.#store.readRun(runId) };
    this.#rows.delete(runId);
    this.#rows.set(runId, entry);
    const oldest = this.#rows.keys().next();
    if (this.#rows.size > CACHE_ROWS && oldest.done !== true) this.#rows.delete(oldest.value);
    try {
      return (await entry.run)?.value ?? null;
    } catch (error) {
      // A failed read gives no row: the next caller reads again.
      if (this.#rows.get(runId) === entry) this.#rows.delete(runId);
      throw error;
    }
  }
}
