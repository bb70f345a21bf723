import type { ItemOutcome, Json } from '@tally/contracts';
import { type Chunk, itemsOfChunk, type MapView, type Run } from '@tally/run-state';
import type { UnreadableChunk, UnreadableRowError } from '@tally/run-store';
import { UnknownChainError } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';

/** An item with what became of it; null: no result yet. */
export interface ListedItem {
  readonly index: number;
  readonly item: Json;
  readonly outcome: ItemOutcome<Json> | null;
}

/** An item whose chunk's row can't be read: marked, so that it keeps no other from being seen. */
export interface UnreadableItem {
  readonly index: number;
  readonly error: UnreadableRowError;
}

export interface ItemPage {
  readonly items: readonly (ListedItem | UnreadableItem)[];
  /** Where the next page begins; null: this was the last. */
  readonly next: ItemPosition | null;
}

/** A place in a node's items: the next item is `offset` items into that chunk. */
export interface ItemPosition {
  readonly shard: number;
  readonly chunk: number;
  readonly offset: number;
}

/**
 * A page of a map node's items in the order of their numbers, at most `top` of them.
 * @throws UnknownChainError
 */
export async function listItems(
  context: StepContext,
  run: Run,
  view: MapView,
  from: ItemPosition,
  top: number,
): Promise<ItemPage> {
  const map = context.maps.of(run, view.node);
  if (map === undefined) throw new UnknownChainError(run);
  const items: (ListedItem | UnreadableItem)[] = [];
  for (let shard = from.shard; shard < view.shards; shard += 1) {
    const start = shard === from.shard ? from : { chunk: 0, offset: 0 };
    for await (const chunk of map.store.lookAtChunks(shardKeyOf(view, shard), start.chunk)) {
      const skip = chunk.chunk === start.chunk ? start.offset : 0;
      const held = 'error' in chunk ? await unreadableItems(map, view, shard, chunk) : itemsOf(chunk);
      for (const [place, item] of held.entries()) {
        if (place < skip) continue;
        if (items.length === top) return { items, next: { shard, chunk: chunk.chunk, offset: place } };
        items.push(item);
      }
    }
  }
  return { items, next: null };
}

function itemsOf({ first, items, outcomes }: Chunk<Json, Json>): ListedItem[] {
  return items.map((item, place) => ({ index: first + place, item, outcome: outcomes[place] ?? null }));
}

/** @throws UnreadableRowError where the ledger, which tells which items these are, can't be read either */
async function unreadableItems(
  { store }: MapStage,
  view: MapView,
  shard: number,
  { chunk, error }: UnreadableChunk,
): Promise<UnreadableItem[]> {
  const ledger = await store.readLedger(shardKeyOf(view, shard));
  return ledger === null ? [] : itemsOfChunk(view, ledger.value, chunk).map((index) => ({ index, error }));
}
