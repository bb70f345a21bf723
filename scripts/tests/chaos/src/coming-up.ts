import type { StorageRequest } from '@tally/testing';

/**
 * Knows when hidden messages become visible. If time is advanced to the next of these moments, and not
 * further, no two messages meet that would not have met anyway.
 */
export class ComingUp {
  readonly #now: () => number;
  #times: number[] = [];

  /** @param now time of the storage's clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Must be called for each request that puts or hides a message. */
  note({ operation, url }: Pick<StorageRequest, 'operation' | 'url'>): void {
    if (operation !== 'PutMessage' && operation !== 'UpdateMessage') return;
    const seconds = Number(new URL(url, 'http://storage.invalid').searchParams.get('visibilitytimeout') ?? 0);
    if (seconds > 0) this.#times.push(this.#now() + seconds * 1_000);
  }

  /** Milliseconds until the next message becomes visible, at most `limitMs`. */
  nextMs(limitMs: number): number {
    const now = this.#now();
    this.#times = this.#times.filter((time) => time > now);
    return Math.min(limitMs, ...this.#times.map((time) => time - now));
  }
}
