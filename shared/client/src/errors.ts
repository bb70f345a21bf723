import type { Problem } from '@tally/api';

/** No answer came, or a server in between said that Tally is unavailable for now. A retry may help. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/** Tally has refused the call, and says why. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly problem: Problem;
  /** Milliseconds after which to retry, if the answer says so. */
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, retryAfterMs: number | null = null) {
    super(`${problem.status} ${problem.title}: ${problem.detail}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The answer isn't from Tally, or is from a Tally of another version. */
export class UnexpectedAnswerError extends Error {
  override name = 'UnexpectedAnswerError';
}

/** Tells whether the same request may succeed later without any intervention. */
export function isTransient(error: unknown): error is UnreachableError | RefusedError {
  if (error instanceof UnreachableError) return true;
  return error instanceof RefusedError && (error.problem.status === 429 || error.problem.status >= 500);
}
