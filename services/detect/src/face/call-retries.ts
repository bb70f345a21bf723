import type { CallResult } from './call-result.ts';
import type { Timing } from './timing.ts';

/** Calls for one image within one delivery of its message; what still fails then goes back to the queue, which can wait for longer. */
export const MAX_TRIES = 3;

/** The first wait is up to a second: long enough for a throttled endpoint's next window, short enough to hide a hiccup. */
const FIRST_BACKOFF_MS = 1_000;

/**
 * The longest sleep inside a delivery. The message is leased for ten minutes and its claim counts as overdue after one; a longer wait
 * belongs into the queue, where it occupies nobody.
 */
export const MAX_SLEEP_MS = 30_000;

/**
 * Calls until the result is final, up to {@link MAX_TRIES} times. Waits in between with exponential back-off and full jitter (Marc
 * Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), on top of what the endpoint asked for, so that calls that
 * were refused together don't come back together.
 * @returns the last result; a retry's `retryAfterMs` is what is left to be waited, by someone else
 * @throws what `call` throws; the signal's reason when it fires during a wait
 */
export async function callWithRetries(
  call: () => Promise<CallResult>,
  timing: Timing,
  signal: AbortSignal,
): Promise<CallResult> {
  for (let tried = 1; ; tried += 1) {
    const result = await call();
    if (result.kind !== 'retry' || tried === MAX_TRIES) return result;
    if (result.retryAfterMs > MAX_SLEEP_MS) return result;
    const backoffMs = timing.random() * FIRST_BACKOFF_MS * 2 ** (tried - 1);
    await timing.sleep(result.retryAfterMs + backoffMs, signal);
  }
}
