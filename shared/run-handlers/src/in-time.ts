import { RetryAfterError } from '@tally/chain';
import type { TallyFailureCode } from '@tally/contracts';

/**
 * Does work under a signal that fires with the outer one, or when the time of a try is over. A handler that
 * ignores the signal is left running: its answer no longer counts, and the function ends before the host ends
 * it.
 * @throws RetryAfterError `TryTimedOut` when the time is over; what the work throws
 */
export async function inTime<Value>(
  timeoutMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new RetryAfterError(
    'TryTimedOut' satisfies TallyFailureCode,
    `the try did not end within ${timeoutMs} ms`,
    '0s',
  );
  const own = new AbortController();
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    own.abort(late);
    over.reject(late);
  }, timeoutMs);
  const stop = () => over.reject(outer.reason);
  outer.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(AbortSignal.any([outer, own.signal])), over.promise]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
    // Nothing may be waiting for it any more.
    over.promise.catch(() => {});
  }
}
