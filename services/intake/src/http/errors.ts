import { type Misfit, type Operation, TOKEN_HEADER } from '@tally/api';
import { ProblemError } from '@tally/functions-kit';
import type { Run } from '@tally/run-state';
import { BrokenRowError, InvalidTokenError, UnknownChainError } from '@tally/run-steps';
import type { ApiResponse } from './exchange.ts';

/** Field errors that a problem document lists; the others are only counted. */
const ERRORS_LISTED = 10;

/**
 * Answers an error with a line of text where the operation's declaration says so.
 * @throws ProblemError otherwise, for every error that is known here: the registration answers it
 */
export async function answerOrProblem(
  answer: () => Promise<ApiResponse>,
  { answers, headers: given }: Pick<Operation, 'answers' | 'headers'>,
): Promise<ApiResponse> {
  try {
    return await answer();
  } catch (error) {
    const problem = error instanceof InvalidTokenError ? invalidToken(tokenName(given)) : problemOf(error);
    const { status, headers } = problem;
    if (answers[status]?.mediaType !== 'text/plain') throw problem;
    return { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: problem.message };
  }
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof BrokenRowError) return rowBroken(error);
  if (error instanceof UnknownChainError) return chainUnknown(error.run);
  throw error;
}

/**
 * R8: these operations need the chain. A run of an unknown chain can still be read, suspended and terminated.
 */
function chainUnknown({ runId, name, chainVersion }: Run): ProblemError {
  const detail = `The run "${runId}" is of the chain "${name}" in version ${chainVersion}, which this app does not know; deploy an intake that knows it.`;
  return new ProblemError(409, { title: 'Unknown chain', code: 'UnknownChain', detail });
}

/** A caller that asks for the run learns which row is broken. Other runs go on. */
function rowBroken({ code, message }: BrokenRowError): ProblemError {
  const detail = `${message}. Put the row right, or delete the run.`;
  return new ProblemError(500, { title: 'Broken row', code, detail });
}

export function runNotFound(id: string): ProblemError {
  return new ProblemError(404, {
    title: 'Not found',
    code: 'RunNotFound',
    detail: `There is no run with the id "${id}".`,
  });
}

export function pathNotFound(method: string, url: string): ProblemError {
  const detail = `There is no operation ${method} ${new URL(url).pathname}; GET /api/openapi.json lists the operations.`;
  return new ProblemError(404, { title: 'Not found', code: 'NoSuchPath', detail });
}

export function runEnded({ runId, status }: Run): ProblemError {
  const detail = `The run "${runId}" has ended: it is ${status}.`;
  return new ProblemError(410, { title: 'Run ended', code: 'RunEnded', detail });
}

export function runStarting({ runId }: Run): ProblemError {
  const detail = `The run "${runId}" is still being started; try again.`;
  return new ProblemError(503, { title: 'Run starting', code: 'RunStarting', detail });
}

export function runExists({ runId, status }: Run): ProblemError {
  const detail = `A run with the id "${runId}" is ${status}; wait for its end, terminate it, or use another id.`;
  return new ProblemError(409, { title: 'Run exists', code: 'RunExists', detail });
}

/** 400 that names each wrong field and its limit. */
export function invalidRequest(
  misfits: readonly Misfit[],
  code = 'InvalidRequest',
  options: ErrorOptions = {},
): ProblemError {
  return wrongFields(400, { title: 'Invalid request', code }, misfits, options);
}

/** A refusal of any status that names each wrong field and its limit. */
export function wrongFields(
  status: number,
  named: { readonly title: string; readonly code: string },
  misfits: readonly Misfit[],
  options: ErrorOptions = {},
): ProblemError {
  const [first] = misfits;
  const more = misfits.length > 1 ? ` (and ${misfits.length - 1} more)` : '';
  const detail = `${first?.field ?? 'body'}: ${first?.message ?? 'is wrong'}${more}`;
  return new ProblemError(status, { ...named, detail, errors: misfits.slice(0, ERRORS_LISTED) }, options);
}

/** The name of an operation's continuation token. Durable's list has it in a header. */
function tokenName({ shape }: Operation['headers']): string {
  return TOKEN_HEADER in shape ? TOKEN_HEADER : 'continuationToken';
}

/** 400 for a continuation token of another list. */
export function invalidToken(field: string): ProblemError {
  return invalidRequest([{ field, message: 'must come from the previous page' }], 'InvalidToken');
}
