import { isTerminal, type Json } from '@tally/contracts';
import { mapViewOf, type Run, restartedOptions } from '@tally/run-state';
import { UnknownChainError } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { shardKeyOf } from '../context/map-stage.ts';
import { chainOf } from '../context/registry.ts';
import type { StartResult } from './start-request.ts';
import { startRun } from './start-run.ts';

/** Not all of the run's items are there: its start was interrupted, or is still under way. */
export class IncompleteRunError extends Error {
  override readonly name = 'IncompleteRunError';
  /** Whether they may still come. */
  readonly isStarting: boolean;

  constructor({ runId, status }: Run, what: string) {
    super(`run ${runId} ${what}`);
    this.isStarting = status === 'Pending';
  }
}

/**
 * Starts a new run with the input, options and window of another, in the version of its chain that it began
 * with.
 * @param newId the new run's id; null: the same id, whose run must have ended
 * @returns `exists` with the run that lives under the id
 * @throws IncompleteRunError, UnknownChainError
 */
export async function restartRun(
  context: StepContext,
  runId: string,
  { newId, traceparent }: { readonly newId: string | null; readonly traceparent?: string | undefined },
): Promise<StartResult | { readonly kind: 'not-found' }> {
  const whole = await context.store.readWhole(runId);
  if (whole === null) return { kind: 'not-found' };
  const { run, records } = whole;
  if ((newId === null || newId === runId) && !isTerminal(run.status)) return { kind: 'exists', run };
  const chain = chainOf(context.registry, run);
  if (chain === undefined) throw new UnknownChainError(run);
  const { rootItems, withItems } = chain;
  // Items that are still being written are not read.
  if (rootItems !== undefined && run.status === 'Pending') throw new IncompleteRunError(run, 'is still being started');
  const input =
    rootItems === undefined || withItems === undefined
      ? records.input
      : withItems(records.input, await readItems(context, run, rootItems));
  const isUnwritten = run.status === 'Failed' && run.error.code === 'IntakeInterrupted' && rootItems === undefined;
  if (isUnwritten) throw new IncompleteRunError(run, 'was never written: its start was interrupted');
  const options = restartedOptions(run, context.now());
  const shownInput = run.input;
  return await startRun(context, { chain, runId: newId ?? runId, input, options, shownInput, traceparent });
}

async function readItems({ maps }: StepContext, run: Run, node: string): Promise<Json[]> {
  const items: Json[] = [];
  const since = run.nodes[node]?.since ?? 0;
  const view = mapViewOf(run, { node, since });
  const map = maps.of(run, node);
  if (view !== null && map !== undefined) {
    for (let shard = 0; shard < view.shards; shard += 1) {
      for await (const { value } of map.store.listChunks(shardKeyOf(view, shard))) items.push(...value.items);
    }
    if (items.length === view.total && view.total > 0) return items;
  }
  throw new IncompleteRunError(run, `has ${items.length} of its ${view?.total ?? 0} items: its start was interrupted`);
}
