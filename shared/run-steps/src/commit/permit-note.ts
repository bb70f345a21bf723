import type { Chain } from '@tally/chain';
import { NOTE_MAX_CHARS } from '@tally/contracts';
import { type Chunk, itemsOfChunk, type Ledger, type Run, type SendChunk } from '@tally/run-state';

/** What a sender knows of the shard that a message is about. */
export interface KnownRows<Item> {
  readonly ledger: Pick<Ledger<unknown>, 'first' | 'count'>;
  /** The chunk's row where it is at hand; who has just claimed the chunk doesn't have it, and reads it for no note. */
  readonly chunk: Chunk<Item, unknown> | undefined;
}

/**
 * What a message says to the person who peeks at the queue: how many items, from which number, and the first one without what may
 * be secret in it. No code reads it.
 * @param named the items that the message names; absent: all of the chunk
 */
export function permitNote<Item>(
  { item }: Pick<Chain<Item, never, never>, 'item'>,
  run: Pick<Run, 'chunkItems'>,
  send: Pick<SendChunk, 'chunk'>,
  known: KnownRows<Item> | undefined,
  named: readonly number[] | undefined,
): string {
  const items = named ?? (known === undefined ? [] : itemsOfChunk(run, known.ledger, send.chunk));
  const [from] = items;
  if (from === undefined) return `the items of chunk ${send.chunk}`;
  const many = items.length === 1 ? `item ${from}` : `${items.length} items from number ${from}`;
  const first = known?.chunk?.items[from - known.chunk.first];
  return (first === undefined ? many : `${many}: ${item.label(first)}`).slice(0, NOTE_MAX_CHARS);
}
