import type { Timing } from './timing.ts';

export interface ManualTiming extends Timing {
  /** The sleeps so far, in milliseconds. */
  readonly slept: readonly number[];
  /** Moves the clock, and ends the sleeps that are over by then. */
  advance(ms: number): Promise<void>;
}

interface Sleep {
  readonly until: number;
  readonly end: () => void;
}

/** A clock that stands still until a test moves it. Its random number is always `random`. */
export function manualTiming(random = 0.5): ManualTiming {
  let now = 0;
  const slept: number[] = [];
  const sleeps = new Set<Sleep>();
  return {
    now: () => now,
    random: () => random,
    slept,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      await new Promise<void>((resolve) => {
        sleeps.add({ until: now + ms, end: resolve });
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      signal.throwIfAborted();
    },
    advance: async (ms) => {
      now += ms;
      for (const sleep of sleeps) {
        if (sleep.until > now) continue;
        sleeps.delete(sleep);
        sleep.end();
      }
      await settled();
    },
  };
}

/** A clock on which every sleep ends at once, and moves the clock by its length. */
export function hastyTiming(random = 0.5): Timing & { readonly slept: readonly number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    now: () => now,
    random: () => random,
    slept,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      now += ms;
      await settled();
    },
  };
}

/** Lets everything run that waits only for promises. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
