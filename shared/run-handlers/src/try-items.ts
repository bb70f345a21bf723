import { Again, type HandlerTable, type MapDefinition, type RunHandler } from '@tally/chain';
import type { Json, WorkItem } from '@tally/contracts';
import type { MapView, Run, TryOutcome } from '@tally/run-state';
import { HopelessRunError, type TryItems } from '@tally/run-steps';
import { inTime } from './in-time.ts';
import { outcomeOfError } from './outcome-of.ts';
import { type ServeParts, tableOf, workOf } from './work-of.ts';

/** An item's try takes at most this, so that a chunk is through before the host ends the function. */
const ITEM_TIMEOUT_MS = 300_000;
/** Items of one chunk that are at work at once. */
const AT_ONCE = 8;

/** Tries items by the handler of the version that their run began with. */
export function triesOfMap(tables: readonly HandlerTable[], parts: ServeParts): TryItems {
  return async (items, { run, view, tries }, signal) => {
    const { handler, definition } = tableOf(tables, run, view.node);
    if (definition.kind !== 'map') throw new Error(`node "${view.node}" of chain "${run.name}" is no map`);
    const outcomes = new Map<number, TryOutcome<Json>>();
    const waiting = [...items];
    const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
      for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
        const outcome = await tryItem(
          parts,
          definition,
          handler,
          run,
          { ...view, item, attempt: tries.get(item.index) ?? 1 },
          signal,
        );
        if (outcome !== null) outcomes.set(item.index, outcome);
      }
    });
    await Promise.all(workers);
    return outcomes;
  };
}

async function tryItem(
  parts: ServeParts,
  definition: MapDefinition,
  handler: RunHandler,
  run: Run,
  {
    node,
    since,
    item,
    attempt,
  }: Pick<MapView, 'node' | 'since'> & { readonly item: WorkItem<Json>; readonly attempt: number },
  signal: AbortSignal,
): Promise<TryOutcome<Json> | null> {
  const { index, input } = item;
  const place = { runId: run.runId, gen: run.gen, node, since, index };
  const began = performance.now();
  const tookMs = () => Math.round(performance.now() - began);
  try {
    const answer = await inTime(ITEM_TIMEOUT_MS, signal, (stop) =>
      handler({ ...workOf(parts, run, place, { input, attempt, state: undefined, signal: stop }), index }),
    );
    const parsed = answer instanceof Again ? null : definition.result.safeParse(answer);
    if (parsed?.success === true) return { kind: 'succeeded', result: parsed.data, durationMs: tookMs() };
    // "Ask me again" is a task's: an item has nowhere to keep what it would go on with.
    const what = parsed === null ? 'items of a map can not be asked again' : (parsed.error.issues[0]?.message ?? '');
    const error = { code: 'ResultInvalid', message: `its handler's result is not what the chain declares: ${what}` };
    return { kind: 'failed', error, durationMs: tookMs() };
  } catch (thrown) {
    if (signal.aborted) return null;
    const outcome = outcomeOfError(thrown);
    if (outcome.kind === 'run-failed') throw new HopelessRunError(outcome.error.code, outcome.error.message);
    const { error } = outcome;
    if (outcome.kind === 'failed') return { kind: 'failed', error, durationMs: tookMs() };
    return { kind: 'retry', error, durationMs: tookMs(), retryAfterMs: outcome.retryAfterMs };
  }
}
