/**
 * The shortest wait between polls, and the unit of its growth: QueuePollingIntervals of the official
 * listener.
 */
const minimumMs = 100;
const deltaMs = 100;

/**
 * The wait after each empty poll (rule 4). It is 100 ms after a success, then 100 ms + U(0.8, 1.2) x 2^(k-1)
 * x 100 ms for the k-th further empty poll. Once it reaches the maximum, it is exactly the maximum.
 */
export class PollingBackoff {
  readonly #maximumMs: number;
  readonly #random: () => number;
  #emptyPolls = 0;
  #currentMs = minimumMs;

  /**
   * @param maximumMs at least 100
   * @param random uniform in [0, 1)
   */
  constructor(maximumMs: number, random: () => number = Math.random) {
    this.#maximumMs = maximumMs;
    this.#random = random;
  }

  /** A poll found messages: the next empty poll starts from the beginning. */
  reset(): void {
    this.#emptyPolls = 0;
    this.#currentMs = minimumMs;
  }

  /** Milliseconds to wait after one more empty poll. */
  nextMs(): number {
    if (this.#emptyPolls > 0 && this.#currentMs < this.#maximumMs) {
      const growth = (0.8 + 0.4 * this.#random()) * 2 ** (this.#emptyPolls - 1) * deltaMs;
      this.#currentMs = Math.min(minimumMs + growth, this.#maximumMs);
    }
    this.#emptyPolls++;
    return this.#currentMs;
  }
}
