import { ConflictError, UnknownOutcomeError, UnsettledError } from './errors.ts';
import type { Tables } from './tables.ts';

/**
 * Another writer comes in between a few times. This many failures in a row mean that the storage gives no
 * answer, and the caller must know.
 */
const TRIES = 10;

/**
 * A write takes a few milliseconds, so the first pause is at most 20. That limit doubles up to a second. So
 * all pauses together take at most 4.3 seconds, and about two on average.
 */
const PAUSE_MS = 20;
const MAX_PAUSE_MS = 1_000;

interface RetryOptions {
  /** Whether another try may help after this error; what it needs may be read here. Default: {@link isPassing}. */
  readonly mayHelp?: ((error: unknown) => boolean | Promise<boolean>) | undefined;
  /** A number in [0, 1). It spreads the pauses, so that writers that have met don't meet again. */
  readonly random?: (() => number) | undefined;
}

/** Whether deciding again on what is read now can help. */
export function isPassing(error: unknown): error is ConflictError | UnknownOutcomeError {
  return error instanceof ConflictError || error instanceof UnknownOutcomeError;
}

/**
 * Tries a conditional write until it succeeds, with growing pauses.
 * @param what what is tried, for the error at the end: `write the run "holiday"`
 * @param attempt reads what it decides on again each time; it is told how many tries in a row have failed
 * @throws UnsettledError after too many failures; the error itself where another try can't help
 */
export async function retrying<Value>(
  tables: Pick<Tables, 'pause'>,
  what: string,
  attempt: (failures: number) => Promise<Value>,
  { mayHelp = isPassing, random = Math.random }: RetryOptions = {},
): Promise<Value> {
  for (let failures = 0; ; ) {
    try {
      return await attempt(failures);
    } catch (error) {
      if (!(await mayHelp(error))) throw error;
      failures += 1;
      if (failures === TRIES) throw new UnsettledError(what, failures, error);
    }
    await tables.pause(random() * Math.min(PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS));
  }
}
