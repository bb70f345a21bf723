import type { ItemOutcome } from '@tally/contracts';
import { type Chunk, itemsOfChunk, type Run } from '@tally/run-state';
import type { ShardKey, UnreadableChunk, UnreadableRowError } from '@tally/run-store';
import { type StepContext, shardKeyOf } from '../context/context.ts';

/** An item with what became of it; null: no result yet. */
export interface ListedItem<Item, Result> {
  readonly index: number;
  readonly item: Item;
  readonly outcome: ItemOutcome<Result> | null;
}

/** An item whose chunk's row can't be read: marked, so that it keeps no other from being seen. */
export interface UnreadableItem {
  readonly index: number;
  readonly error: UnreadableRowError;
}

export interface ItemPage<Item, Result> {
  readonly items: readonly (ListedItem<Item, Result> | UnreadableItem)[];
  /** Where the next page begins; null: this was the last. */
  readonly next: ItemPosition | null;
}

/** A place in a run's items: the next item is `offset` items into that chunk. */
export interface ItemPosition {
  readonly shard: number;
  readonly chunk: number;
  readonly offset: number;
}

/** A page of a run's items in the order of their numbers, at most `top` of them. */
export async function listItems<Item, Result, Folded>(
  context: StepContext<Item, Result, Folded>,
  run: Run,
  from: ItemPosition,
  top: number,
): Promise<ItemPage<Item, Result>> {
  const items: (ListedItem<Item, Result> | UnreadableItem)[] = [];
  for (let shard = from.shard; shard < run.shards; shard += 1) {
    const start = shard === from.shard ? from : { chunk: 0, offset: 0 };
    const key = shardKeyOf(run, context.chain.work.name, shard);
    for await (const chunk of context.store.lookAtChunks(key, start.chunk)) {
      const skip = chunk.chunk === start.chunk ? start.offset : 0;
      const held = 'error' in chunk ? await unreadableItems(context, run, key, chunk) : itemsOf(chunk);
      for (const [place, item] of held.entries()) {
        if (place < skip) continue;
        if (items.length === top) return { items, next: { shard, chunk: chunk.chunk, offset: place } };
        items.push(item);
      }
    }
  }
  return { items, next: null };
}

function itemsOf<Item, Result>({ first, items, outcomes }: Chunk<Item, Result>): ListedItem<Item, Result>[] {
  return items.map((item, place) => ({ index: first + place, item, outcome: outcomes[place] ?? null }));
}

/** @throws UnreadableRowError where the ledger, which tells which items these are, can't be read either */
async function unreadableItems<Item, Result, Folded>(
  { store }: StepContext<Item, Result, Folded>,
  run: Run,
  key: ShardKey,
  { chunk, error }: UnreadableChunk,
): Promise<UnreadableItem[]> {
  const ledger = await store.readLedger(key);
  return ledger === null ? [] : itemsOfChunk(run, ledger.value, chunk).map((index) => ({ index, error }));
}
