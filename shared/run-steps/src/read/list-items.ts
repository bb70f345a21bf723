import type { ItemOutcome } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { type StepContext, shardKeyOf } from '../context/context.ts';

/** An item with what became of it; null: no result yet. */
export interface ListedItem<Item, Result> {
  readonly index: number;
  readonly item: Item;
  readonly outcome: ItemOutcome<Result> | null;
}

export interface ItemPage<Item, Result> {
  readonly items: readonly ListedItem<Item, Result>[];
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
  { store, chain }: StepContext<Item, Result, Folded>,
  run: Run,
  from: ItemPosition,
  top: number,
): Promise<ItemPage<Item, Result>> {
  const items: ListedItem<Item, Result>[] = [];
  for (let shard = from.shard; shard < run.shards; shard += 1) {
    const start = shard === from.shard ? from : { chunk: 0, offset: 0 };
    for await (const { value } of store.listChunks(shardKeyOf(run, chain.work.name, shard), start.chunk)) {
      const skip = value.chunk === start.chunk ? start.offset : 0;
      for (const [place, item] of value.items.entries()) {
        if (place < skip) continue;
        if (items.length === top) return { items, next: { shard, chunk: value.chunk, offset: place } };
        items.push({ index: value.first + place, item, outcome: value.outcomes[place] ?? null });
      }
    }
  }
  return { items, next: null };
}
