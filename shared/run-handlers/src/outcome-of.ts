import { FatalError, FatalRunError, RetryAfterError } from '@tally/chain';
import {
  type FailureCode,
  type ItemError,
  type TallyFailure,
  type TallyFailureCode,
  withoutSecrets,
} from '@tally/contracts';

/** What a handler's error asks for. */
export type ErrorOutcome =
  | { readonly kind: 'failed'; readonly error: ItemError }
  | { readonly kind: 'run-failed'; readonly error: ItemError }
  | { readonly kind: 'retry'; readonly error: ItemError; readonly retryAfterMs: number };

/** Any error is tried again, as the node's retry says, unless its class says otherwise. */
export function outcomeOfError(thrown: unknown): ErrorOutcome {
  const message = withoutSecrets(thrown instanceof Error ? thrown.message : String(thrown));
  if (thrown instanceof FatalRunError) return { kind: 'run-failed', error: { code: thrown.code, message } };
  if (thrown instanceof FatalError) return { kind: 'failed', error: { code: thrown.code, message } };
  if (thrown instanceof RetryAfterError)
    return { kind: 'retry', error: { code: thrown.code, message }, retryAfterMs: thrown.afterMs };
  return { kind: 'retry', error: { code: codeOf(thrown), message }, retryAfterMs: 0 };
}

/** The failure of a handler whose result isn't what its node declares. */
export function resultInvalid(what: string): TallyFailure {
  return { code: 'ResultInvalid', message: `its handler's result is not what the chain declares: ${what}` };
}

/** Node's own errors, and those of many libraries, say what happened in a code. */
function codeOf(thrown: unknown): FailureCode {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown instanceof Error && thrown.name !== 'Error'
    ? thrown.name
    : ('HandlerFailed' satisfies TallyFailureCode);
}
