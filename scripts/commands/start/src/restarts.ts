/**
 * The pause before the first restart of an app that has ended by itself. It is doubled each time, up to the
 * longest.
 */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** An app that has run this long counts as healthy again. */
const WELL_AFTER_MS = 300_000;

/** The pause before an app that has ended by itself is started again. Restarts never stop. */
export class Restarts {
  #ends = 0;

  /** @param ranMs how long the app ran; 0: it didn't start */
  pauseAfter(ranMs: number): number {
    if (ranMs >= WELL_AFTER_MS) this.#ends = 0;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#ends, LONGEST_PAUSE_MS);
    this.#ends += 1;
    return pauseMs;
  }
}
