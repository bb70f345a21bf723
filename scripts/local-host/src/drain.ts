import { setTimeout as sleep } from 'node:timers/promises';

/** A part of the host that takes up work. */
export interface Stoppable {
  /** Takes up no more work at once, and resolves when the work under way has ended. */
  stop(): Promise<void>;
}

/**
 * Stops all parts at the same time and waits for their work, but no longer than `limitMs` (rule 15). What is still running then is
 * abandoned; its messages come back when their leases end.
 *
 * @returns whether all work has ended
 */
export async function drain(parts: readonly Stoppable[], limitMs: number): Promise<boolean> {
  const limit = new AbortController();
  const all = Promise.all(parts.map((part) => part.stop())).then(() => true);
  const late = sleep(limitMs, false, { signal: limit.signal }).catch(() => false);
  try {
    return await Promise.race([all, late]);
  } finally {
    limit.abort();
  }
}
