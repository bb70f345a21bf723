import { isTerminal } from '@tally/contracts';
import { type Run, restartedOptions } from '@tally/run-state';
import { type StepContext, shardKeyOf } from '../context/context.ts';
import { type StartResult, startRun } from './start-run.ts';

/** The run's items aren't there as a whole: its start was cut short, or is still at it. */
export class IncompleteRunError extends Error {
  override readonly name = 'IncompleteRunError';
}

/**
 * Starts a run anew with the items, options and window of another.
 * @param newId the new run's id; null: the same, which must have ended
 * @returns `exists` with the run that lives under the id
 * @throws IncompleteRunError
 */
export async function restartRun<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  runId: string,
  { newId, traceparent }: { readonly newId: string | null; readonly traceparent?: string | undefined },
): Promise<StartResult | { readonly kind: 'not-found' }> {
  const run = (await context.store.readRun(runId))?.value;
  if (run === undefined) return { kind: 'not-found' };
  if ((newId === null || newId === runId) && !isTerminal(run.status)) return { kind: 'exists', run };
  const items = await readItems(context, run);
  const { window, input } = run;
  const options = restartedOptions(run, context.now());
  return await startRun(context, { runId: newId ?? runId, items, options, window, input, traceparent });
}

async function readItems<Item, Result, Folded>(
  { store, chain }: StepContext<Item, Result, Folded>,
  run: Run,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let shard = 0; shard < run.shards; shard += 1) {
    for await (const { value } of store.listChunks(shardKeyOf(run, chain.work.name, shard))) items.push(...value.items);
  }
  if (items.length === run.total && run.total > 0) return items;
  throw new IncompleteRunError(
    `run ${run.runId} has ${items.length} of its ${run.total} items: its start was cut short, or isn't through yet`,
  );
}
