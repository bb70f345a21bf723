import type { ItemOutcome, Json } from '@tally/contracts';
import { type Chunk, itemsOfChunk, type MapView, type Run } from '@tally/run-state';
import type { UnreadableChunk, UnreadableRowError } from '@tally/run-store';
import { UnknownChainError } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { type MapStage, shardKeyOf } from '../context/map-stage.ts';

/** An item and its outcome; null: no result yet. */
export interface ListedItem {
  readonly index: number;
  readonly item: Json;
  readonly outcome: ItemOutcome | null;
}

/** An item whose chunk row can't be read. It is marked, so that it doesn't hide the others. */
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

export interface ItemQuery {
  readonly from: ItemPosition;
  /** Items on the page at most. */
  readonly top: number;
  /** Absent: all. */
  readonly isWanted?: ((item: ListedItem | UnreadableItem) => boolean) | undefined;
}

/**
 * With a filter a page searches this many chunks, or ten times as many as would fill it if that is more. It
 * takes about a second, and the page may then be short.
 */
const CHUNKS_FILTERED = 32;
const PAGES_FILTERED = 10;

/**
 * A page of a map node's items in the order of their numbers. For each shard that it touches, one request
 * fetches no more chunks than the page has room for.
 * @throws UnknownChainError
 */
export async function listItems(
  context: StepContext,
  run: Run,
  view: MapView,
  { from, top, isWanted }: ItemQuery,
): Promise<ItemPage> {
  const map = context.maps.of(run, view.node);
  if (map === undefined) throw new UnknownChainError(run);
  const chunksFor = (count: number) => Math.ceil(count / view.chunkItems);
  let left = Math.max(CHUNKS_FILTERED, PAGES_FILTERED * chunksFor(top));
  const items: (ListedItem | UnreadableItem)[] = [];
  let at = from;
  while (at.shard < view.shards) {
    const limit = isWanted === undefined ? chunksFor(top - items.length + at.offset) : left;
    if (limit === 0) return { items, next: at };
    let chunks = 0;
    const key = shardKeyOf(view, at.shard);
    for await (const chunk of map.store.lookAtChunks(key, { from: at.chunk, limit })) {
      chunks += 1;
      const skip = chunk.chunk === at.chunk ? at.offset : 0;
      const held = 'error' in chunk ? await unreadableItems(map, view, at.shard, chunk) : itemsOf(chunk);
      for (const [place, item] of held.entries()) {
        if (place < skip) continue;
        if (items.length === top) return { items, next: { shard: at.shard, chunk: chunk.chunk, offset: place } };
        if (isWanted?.(item) ?? true) items.push(item);
      }
      // This is the very last item, so no read is needed to know that no page follows.
      if (held.at(-1)?.index === view.total - 1) return { items, next: null };
      at = { shard: at.shard, chunk: chunk.chunk + 1, offset: 0 };
    }
    left -= chunks;
    if (chunks < limit) at = { shard: at.shard + 1, chunk: 0, offset: 0 };
  }
  return { items, next: null };
}

function itemsOf({ first, items, outcomes }: Chunk): ListedItem[] {
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
