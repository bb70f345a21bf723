import type { HttpResponseInit } from '@azure/functions';

/** What a problem document says beyond its status (RFC 9457). */
export interface ProblemDetails {
  /** Short, and the same for every occurrence. */
  readonly title: string;
  /** What is wrong with this request, and what would be right. */
  readonly detail: string;
  /** A stable word to branch on. */
  readonly code: string;
  /** The fields that are wrong: where they are in the request, and their limits. */
  readonly errors?: readonly FieldError[] | undefined;
}

export interface FieldError {
  /** A JSON path such as `urls[3]`, or a parameter's name. */
  readonly field: string;
  readonly message: string;
  readonly limit?: number | undefined;
}

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

/** Creates a response of media type `application/problem+json`. */
export function problemResponse(status: number, { title, detail, code, errors }: ProblemDetails): HttpResponseInit {
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, errors });
  return { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body };
}
