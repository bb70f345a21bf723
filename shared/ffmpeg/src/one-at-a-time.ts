/** A job's turn didn't come in time, so it wasn't started. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

export interface TurnOptions {
  /** If it fires before the job's turn, the job isn't run. */
  readonly signal?: AbortSignal | undefined;
  /** How long the job waits for its turn at most, in milliseconds. */
  readonly turnMs: number;
}

/** Runs jobs one after another, in the order of their calls. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws what the job throws; BusyError when its turn doesn't come in time; the signal's reason */
  async run<Result>(job: () => Promise<Result>, { signal, turnMs }: TurnOptions): Promise<Result> {
    signal?.throwIfAborted();
    const before = this.#last;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#last = before.then(() => ended);
    try {
      await turn(before, turnMs, signal);
      return await job();
    } finally {
      end();
    }
  }
}

async function turn(before: Promise<unknown>, turnMs: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
  const timer = setTimeout(() => reject(new BusyError(`no turn within ${turnMs} ms`)), turnMs);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([before, givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
