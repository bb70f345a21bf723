import { ConflictError, UnknownOutcomeError } from './errors.ts';
import type { Tables } from './tables.ts';

/**
 * Another writer comes in between a few times. This many failures in a row mean that the storage gives no
 * answer, and the caller must know.
 */
const ROUNDS = 10;

/**
 * A write takes a few milliseconds, so the first pause is at most 20. That limit doubles up to a second. So
 * all pauses together take at most 4.3 seconds, and about two on average.
 */
const PAUSE_MS = 20;
const MAX_PAUSE_MS = 1_000;

/**
 * How long to wait after this many failures in a row, in milliseconds. It is random, so that writers that
 * have met don't meet again.
 */
export function pauseAfter(failures: number, random: number): number {
  return random * Math.min(PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
}

/** Whether deciding again on what is read now can help. */
export function isPassing(error: unknown): error is ConflictError | UnknownOutcomeError {
  return error instanceof ConflictError || error instanceof UnknownOutcomeError;
}

/**
 * How often a conditional write is tried again, and how long it waits in between: one for each write with all
 * of its tries.
 */
export class Patience {
  failures = 0;
  readonly #tables: Pick<Tables, 'pause'>;
  readonly #random: () => number;

  constructor(tables: Pick<Tables, 'pause'>, random: () => number = Math.random) {
    this.#tables = tables;
    this.#random = random;
  }

  /**
   * Waits after a try that has failed.
   * @throws the error itself where another try can't help, or too many have failed
   */
  async after(error: unknown): Promise<void> {
    this.failures += 1;
    if (!isPassing(error) || this.failures >= ROUNDS) throw error;
    await this.#tables.pause(pauseAfter(this.failures, this.#random()));
  }
}

/**
 * Tries until it succeeds.
 * @param attempt reads what it decides on again each time
 * @throws as {@link Patience.after}
 */
export async function retrying<Value>(tables: Pick<Tables, 'pause'>, attempt: () => Promise<Value>): Promise<Value> {
  for (const patience = new Patience(tables); ; ) {
    try {
      return await attempt();
    } catch (error) {
      await patience.after(error);
    }
  }
}
