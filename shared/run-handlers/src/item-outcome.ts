import { Again, type MapDefinition } from '@tally/chain';
import type { TryOutcome } from '@tally/run-state';
import { HopelessRunError } from '@tally/run-steps';
import { outcomeOfError, resultInvalid } from './outcome-of.ts';

/**
 * The outcome of a try at an item whose handler returned this.
 * @param durationMs milliseconds
 */
export function outcomeOfAnswer(
  { result }: Pick<MapDefinition, 'result'>,
  answer: unknown,
  durationMs: number,
): TryOutcome {
  const parsed = answer instanceof Again ? null : result.safeParse(answer);
  if (parsed?.success === true) return { kind: 'succeeded', result: parsed.data, durationMs };
  // Only a task can ask to be called again: an item has no place to keep state.
  const what =
    parsed === null ? 'items of a map cannot ask to be called again' : (parsed.error.issues[0]?.message ?? '');
  return invalidResult(what, durationMs);
}

export function invalidResult(what: string, durationMs: number): TryOutcome {
  return { kind: 'failed', error: resultInvalid(what), durationMs };
}

/**
 * The outcome of a try whose handler threw this.
 * @throws HopelessRunError if that ends the run
 */
export function outcomeOfThrown(thrown: unknown, durationMs: number): TryOutcome {
  const outcome = outcomeOfError(thrown);
  if (outcome.kind === 'run-failed') throw new HopelessRunError(outcome.error.code, outcome.error.message);
  const { error } = outcome;
  if (outcome.kind === 'failed') return { kind: 'failed', error, durationMs };
  return { kind: 'retry', error, durationMs, retryAfterMs: outcome.retryAfterMs };
}
