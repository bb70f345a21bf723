import type { Problem } from '@tally/api';
import { RefusedError, UnexpectedAnswerError, UnreachableError } from '@tally/client';
import { StartError, UsageError } from '@tally/start';
import { printable } from './table.ts';
import { NoSystemError } from './target-system.ts';

export interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2 | 3;
}

/**
 * Explains an error to a person, with its exit code. If JSON is wanted, a refusal is returned as JSON: the
 * problem document.
 * @returns null for an unexpected error
 */
export function explainFailure(error: unknown, asJson: boolean): Failure | null {
  const cause = error instanceof StartError ? error.cause : undefined;
  if (cause instanceof UnreachableError || error instanceof NoSystemError)
    return { text: error instanceof Error ? error.message : '', exitCode: 3 };
  if (error instanceof UnreachableError)
    return { text: `${error.message}. Is Tally running there? Start it with: npm start`, exitCode: 3 };
  if (error instanceof RefusedError)
    return { text: asJson ? JSON.stringify(error.problem, null, 2) : renderProblem(error.problem), exitCode: 1 };
  if (error instanceof UsageError) return { text: error.message, exitCode: 2 };
  if (error instanceof UnexpectedAnswerError) return { text: `${error.message}.`, exitCode: 3 };
  return error instanceof StartError ? { text: error.message, exitCode: 1 } : null;
}

/** One line, then a line for each wrong field. */
export function renderProblem({ status, title, detail, code, errors = [] }: Problem): string {
  const fields = errors.map(({ field, message, limit }) => {
    const bound = limit === undefined ? '' : ` (limit ${limit})`;
    return `  ${printable(field)}: ${printable(message)}${bound}`;
  });
  const hint = status === 401 || status === 403 ? ['  Give a key with TALLY_KEY or --key.'] : [];
  // The detail of a wrong field repeats that field's message.
  const [first] = errors;
  const isSaid = errors.length === 1 && detail === `${first?.field}: ${first?.message}`;
  const line = `Refused: ${status} ${title} (${code})${isSaid ? '' : `: ${printable(detail)}`}`;
  return [line, ...fields, ...hint].join('\n');
}
