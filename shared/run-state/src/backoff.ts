import type { RetryPolicy } from '@tally/contracts';

/**
 * How long a retry waits: exponential with a ceiling, and a jitter of ±20 %. The jitter keeps items that
 * failed together from coming back together. A Retry-After of the service is honoured where it is longer.
 * @param attempt the failed try, from 1
 * @param jitter a number in [0, 1): comes with the event, since the core has no randomness of its own
 * @returns milliseconds
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, jitter: number, retryAfterMs = 0): number {
  const exponential = policy.firstDelayMs * 2 ** (attempt - 1);
  const spread = Math.min(exponential, policy.maxDelayMs) * (0.8 + 0.4 * jitter);
  return Math.round(Math.max(spread, retryAfterMs));
}
