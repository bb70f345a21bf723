import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance, which tests control. */
export interface Timing {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1). */
  readonly random: () => number;
}

export const systemTiming: Timing = {
  now: Date.now,
  sleep: async (ms, signal) => await sleep(ms, undefined, { signal }),
  random: Math.random,
};
