import { RestError } from '@azure/data-tables';
import { ConflictError, UnknownOutcomeError } from '../tables/errors.ts';

/**
 * The service's words for "this row" among its other 404s and 409s, such as a table that is missing or being
 * deleted.
 */
const NO_ROW = new Set(['ResourceNotFound', 'EntityNotFound']);
const ROW_EXISTS = 'EntityAlreadyExists';

/** Whether a read says that there is no such row. */
export function isRowMissing(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404 && NO_ROW.has(codeOf(error));
}

/** What a failed write means: a conflict, an unknown outcome, or else the error itself. */
export function writeFailure(error: unknown): unknown {
  if (!(error instanceof RestError)) return error;
  const { statusCode } = error;
  const index = failedIndex(error.message);
  if (statusCode === 412) return new ConflictError(index, 'changed', { cause: error });
  if (isRowMissing(error)) return new ConflictError(index, 'missing', { cause: error });
  if (statusCode === 409 && codeOf(error) === ROW_EXISTS) return new ConflictError(index, 'exists', { cause: error });
  // No answer, a time-out, or a server that failed on the way. A busy partition answers 500 or 503, and
  // neither tells how far it got.
  if (statusCode === undefined || statusCode === 408 || statusCode >= 500) {
    return new UnknownOutcomeError(`no answer came, so it is unknown whether the write took effect: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}

/**
 * A transaction's error begins with the place of the failed write, `3:The update condition …`; a single write
 * is the first.
 */
function failedIndex(message: string): number {
  return Number(/^(\d+):/.exec(message)?.[1] ?? 0);
}

/** A transaction's error carries the code; a single operation's has it in the parsed body. */
function codeOf(error: RestError): string {
  if (error.code !== undefined) return error.code;
  const body = error.response?.bodyAsText ?? '';
  return /"code"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? '';
}
