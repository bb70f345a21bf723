/** Before the first start after an app has ended by itself; doubled each time, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** An app that has run for this long is well again. */
const WELL_AFTER_MS = 300_000;

/** How long to wait before an app that has ended by itself is started again. It is never given up. */
export class Restarts {
  #ends = 0;

  /** @param ranMs for how long it ran; 0: it didn't start */
  pauseAfter(ranMs: number): number {
    if (ranMs >= WELL_AFTER_MS) this.#ends = 0;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#ends, LONGEST_PAUSE_MS);
    this.#ends += 1;
    return pauseMs;
  }
}
