import type { Json } from '@tally/contracts';
import { type Plan, planRun } from '@tally/run-state';
import type { StepContext } from '../context/context.ts';
import type { MapStage } from '../context/map-stage.ts';
import type { StartRequest } from './start-request.ts';

/** The items that are the run's input, and the node that they go to. */
export interface RootItems {
  readonly map: MapStage;
  readonly items: readonly Json[];
  readonly plan: Plan;
}

/** @returns null where the chain's items are not its input, or there are none */
export function rootItemsOf(context: StepContext, { chain, input, runId, options }: StartRequest): RootItems | null {
  const { rootItems } = chain;
  const map =
    rootItems === undefined ? undefined : context.maps.of({ name: chain.name, chainVersion: chain.version }, rootItems);
  if (map === undefined) return null;
  const seen = { run: { id: runId, input, startedAt: new Date(context.now()).toISOString() } };
  const items = map.node.items(seen);
  // No items need no rows: the node opens and ends with the first write.
  if (items.length === 0) return null;
  return { map, items, plan: planRun(items.length, map.node.sizing, options.window ?? map.node.windowItems) };
}
