import { FetchError, refused } from './fetch-error.ts';
import { mayPass } from './passing-failures.ts';
import type { Resolve } from './target.ts';

/** What a request for a caller may do, and how long it may take. */
export interface FetchRules {
  /** The `host:port` pairs that may be asked although their address isn't public. */
  readonly allowHosts: ReadonlySet<string>;
  /** The limit for everything together: names, connections, redirects, body. */
  readonly timeoutMs: number;
  /** Our name in `User-Agent`. */
  readonly userAgent: string;
  readonly resolve?: Resolve | undefined;
}

/** Ends a request at its time limit, or when the caller's signal fires. */
export class Deadline {
  readonly stop: AbortSignal;
  readonly #timeoutMs: number;
  readonly #timer: AbortSignal;
  readonly #caller: AbortSignal | undefined;

  constructor(timeoutMs: number, caller?: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    this.#timer = AbortSignal.timeout(timeoutMs);
    this.#caller = caller;
    this.stop = caller === undefined ? this.#timer : AbortSignal.any([this.#timer, caller]);
  }

  /**
   * What an error during the request means.
   * @throws the signal's reason if the caller hung up
   */
  failureOf(error: unknown): FetchError {
    this.#caller?.throwIfAborted();
    if (error instanceof FetchError) return error;
    if (this.#timer.aborted) {
      const reason = `It took longer than ${this.#timeoutMs / 1000} seconds.`;
      return new FetchError('HostTimeout', reason, { cause: error });
    }
    const reason = 'An error occurred while sending the request.';
    return mayPass(error) ? new FetchError('HostUnreachable', reason, { cause: error }) : refused(reason, error);
  }

  /**
   * The work's result. It isn't awaited beyond the deadline, even if the work itself can't be interrupted.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(this.stop.reason);
    // The race also handles an error of the work. Unhandled, that error would end the process.
    if (this.stop.aborted) onAbort();
    this.stop.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.stop.removeEventListener('abort', onAbort);
    }
  }
}
