import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import { isBusy, isUnreachable } from './storage-errors.ts';

/**
 * A storage request without an answer after this time is given up and retried. The slowest regular requests
 * take a second or two.
 */
const requestTimeoutMs = 30_000;
const firstPauseMs = 200;
/** Short enough to continue soon after a restart of the storage. */
const longestPauseMs = 2_000;

/**
 * Retries storage requests over a connection failure, for as long as the official host would (rule 5: 40 s).
 */
export class StorageRetry {
  readonly #patienceMs: number;
  readonly #log: Log;
  #complaining = false;

  constructor(patienceMs: number, log: Log) {
    this.#patienceMs = patienceMs;
    this.#log = log;
  }

  /**
   * Runs a request until it succeeds or fails for another reason.
   *
   * @param busyToo whether 5xx is retried as well
   * @param signal ends the retries, not the request in progress
   * @throws the request's last error
   */
  async run<T>(operation: (signal: AbortSignal) => Promise<T>, busyToo: boolean, signal?: AbortSignal): Promise<T> {
    const giveUpAt = performance.now() + this.#patienceMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const result = await operation(AbortSignal.timeout(requestTimeoutMs));
        this.#reached();
        return result;
      } catch (error) {
        const again = isUnreachable(error) || (busyToo && isBusy(error));
        if (!again || performance.now() > giveUpAt || signal?.aborted === true) throw error;
        this.#complain(error);
        await sleep(pauseMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
      }
    }
  }

  #complain(error: unknown): void {
    if (this.#complaining) return;
    this.#complaining = true;
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    this.#log.write(
      'warning',
      `The storage doesn't answer (${message}); trying again for ${this.#patienceMs / 1000} s.`,
    );
  }

  #reached(): void {
    if (this.#complaining) this.#log.write('information', 'The storage answers again.');
    this.#complaining = false;
  }
}
