/** Runs jobs one after another, in the order of their calls. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param signal when it fires before the job's turn, the job isn't run
   * @throws what the job throws, or the signal's reason
   */
  async run<Result>(job: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    const before = this.#last;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#last = before.then(() => ended);
    try {
      await turn(before, signal);
      return await job();
    } finally {
      end();
    }
  }
}

async function turn(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) {
    await before;
    return;
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([before, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
