import { Again, type MapDefinition } from '@tally/chain';
import type { Json } from '@tally/contracts';
import type { TryOutcome } from '@tally/run-state';
import { HopelessRunError } from '@tally/run-steps';
import { outcomeOfError } from './outcome-of.ts';

/** What a try at an item comes to by what its handler gave. @param durationMs milliseconds */
export function outcomeOfAnswer(
  { result }: Pick<MapDefinition, 'result'>,
  answer: unknown,
  durationMs: number,
): TryOutcome<Json> {
  const parsed = answer instanceof Again ? null : result.safeParse(answer);
  if (parsed?.success === true) return { kind: 'succeeded', result: parsed.data, durationMs };
  // "Ask me again" is a task's: an item has nowhere to keep what it would go on with.
  const what = parsed === null ? 'items of a map can not be asked again' : (parsed.error.issues[0]?.message ?? '');
  return invalidResult(what, durationMs);
}

export function invalidResult(what: string, durationMs: number): TryOutcome<Json> {
  const error = { code: 'ResultInvalid', message: `its handler's result is not what the chain declares: ${what}` };
  return { kind: 'failed', error, durationMs };
}

/** By what it threw. @throws HopelessRunError where that ends the run */
export function outcomeOfThrown(thrown: unknown, durationMs: number): TryOutcome<Json> {
  const outcome = outcomeOfError(thrown);
  if (outcome.kind === 'run-failed') throw new HopelessRunError(outcome.error.code, outcome.error.message);
  const { error } = outcome;
  if (outcome.kind === 'failed') return { kind: 'failed', error, durationMs };
  return { kind: 'retry', error, durationMs, retryAfterMs: outcome.retryAfterMs };
}
