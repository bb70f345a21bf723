/**
 * A controller whose signal also fires with any of these, until it is disposed of. By hand: AbortSignal.any takes
 * several times as long, and this is done for every image.
 */
export function follow(
  ...signals: readonly AbortSignal[]
): Disposable & Pick<AbortController, 'signal'> & { abort(reason?: unknown): void } {
  const own = new AbortController();
  const unfollows = signals.map((signal) => {
    const stop = () => own.abort(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return () => signal.removeEventListener('abort', stop);
  });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    [Symbol.dispose]: () => {
      for (const unfollow of unfollows) unfollow();
    },
  };
}
