import type { WorkMessage } from '@tally/contracts';
import type { Chunk, MapView } from '@tally/run-state';
import type { Versioned } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';
import { type Handled, refuse } from './admit.ts';

/** The row that a message points at, or what becomes of a message whose target isn't there. */
export async function readPointed(
  context: StepContext,
  { store }: Pick<MapStage, 'store'>,
  message: WorkMessage,
  view: MapView,
): Promise<{ readonly row: Versioned<Chunk> } | { readonly handled: Handled }> {
  const { shard, chunk, items = [] } = message;
  const row = await store.readChunk(shardKeyOf(view, shard), chunk);
  if (row === null)
    return { handled: await refuse(context, message, `its run has no chunk ${chunk} in a shard ${shard}`) };
  const { first, items: held } = row.value;
  const foreign = items.find((index) => index < first || index >= first + held.length);
  if (foreign === undefined) return { row };
  return {
    handled: await refuse(context, message, `item ${foreign} does not belong to chunk ${chunk} of shard ${shard}`),
  };
}
