import type { HttpResponseInit } from '@azure/functions';
import { PROBLEM_CONTENT_TYPE, type ProblemDetails, problemDocument } from '@tally/contracts';

/** Thrown by a handler when the request can't be done. The caller is told why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly problem: ProblemDetails;
  /** Headers of the answer, beside its media type. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    problem: ProblemDetails,
    { headers = {}, ...options }: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(problem.detail, options);
    this.status = status;
    this.problem = problem;
    this.headers = headers;
  }
}

/** Creates the response that tells a problem. */
export function problemResponse({ status, problem, headers }: ProblemError): HttpResponseInit {
  return {
    status,
    headers: { ...headers, 'content-type': PROBLEM_CONTENT_TYPE },
    jsonBody: problemDocument(status, problem),
  };
}
