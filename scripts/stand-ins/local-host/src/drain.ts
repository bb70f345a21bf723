import { setTimeout as sleep } from 'node:timers/promises';

/** A part of the host that accepts work. */
export interface Stoppable {
  /** Accepts no more work from now on, and resolves when the work in progress has ended. */
  stop(): Promise<void>;
}

/**
 * Stops all parts at the same time and waits for their work, but at most `limitMs` (rule 15). Work that is
 * still running then is abandoned. Its messages come back when their leases end.
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
