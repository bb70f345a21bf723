import type { Problem } from '@tally/api';

/** Nobody has answered, or somebody in between who says that Tally is away for now. Trying again may help. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/** Tally has said no, and why. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly problem: Problem;
  /** Milliseconds after which to try again, where the answer says so. */
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, retryAfterMs: number | null = null) {
    super(`${problem.status} ${problem.title}: ${problem.detail}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Something has answered that isn't Tally, or a Tally of another version. */
export class UnexpectedAnswerError extends Error {
  override name = 'UnexpectedAnswerError';
}

/** Whether the same request may succeed later, without anybody doing anything. */
export function isTransient(error: unknown): error is UnreachableError | RefusedError {
  if (error instanceof UnreachableError) return true;
  return error instanceof RefusedError && (error.problem.status === 429 || error.problem.status >= 500);
}
