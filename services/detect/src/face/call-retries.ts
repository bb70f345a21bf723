import type { CallResult } from './call-result.ts';
import type { Timing } from './timing.ts';

/**
 * Calls for one image within one delivery of its message. If the last one fails, the image goes back to the
 * queue, which can wait longer.
 */
export const MAX_TRIES = 3;

/**
 * The first wait is up to a second. That reaches a throttled endpoint's next window, and still hides a
 * hiccup.
 */
const FIRST_BACKOFF_MS = 1_000;

/**
 * The longest sleep inside a delivery. The message is leased for ten minutes and its claim is overdue after
 * one. A longer wait belongs in the queue, where it blocks no worker.
 */
export const MAX_SLEEP_MS = 30_000;

/**
 * Calls until the result is final, up to {@link MAX_TRIES} times.
 *
 * It waits between calls with exponential back-off and full jitter (Marc Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015). The wait comes on top of the delay that the endpoint asked for, so
 * that calls that were refused together don't return together.
 * @returns the last result; a retry's `retryAfterMs` is the wait that is left to the queue
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
