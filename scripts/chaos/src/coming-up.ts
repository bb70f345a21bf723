import type { StorageRequest } from '@tally/testing';

/**
 * When the messages come up that are hidden. Time that is put forward to the next of them, and not beyond it, brings no two messages together that would not have met.
 */
export class ComingUp {
  readonly #now: () => number;
  #times: number[] = [];

  /** @param now by the clock of the storage */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** To be told of each request that puts or hides a message. */
  note({ operation, url }: Pick<StorageRequest, 'operation' | 'url'>): void {
    if (operation !== 'PutMessage' && operation !== 'UpdateMessage') return;
    const seconds = Number(new URL(url, 'http://storage.invalid').searchParams.get('visibilitytimeout') ?? 0);
    if (seconds > 0) this.#times.push(this.#now() + seconds * 1_000);
  }

  /** Milliseconds until the next one comes up, at most so many. */
  nextMs(limitMs: number): number {
    const now = this.#now();
    this.#times = this.#times.filter((time) => time > now);
    return Math.min(limitMs, ...this.#times.map((time) => time - now));
  }
}
