import type { Chain } from '@tally/chain';
import { NOTE_MAX_CHARS } from '@tally/contracts';
import type { Chunk, SendChunk } from '@tally/run-state';

/**
 * What a message says to the person who peeks at the queue: how many items, and the first one, without what may be secret in it. No code reads it.
 * @param row the chunk's row where the sender has it at hand; one that has just claimed the chunk doesn't, and reads it for no note
 * @param named the items that the message names; absent: all of the chunk
 */
export function permitNote<Item>(
  { item }: Pick<Chain<Item, never, never>, 'item'>,
  { shard, chunk }: Pick<SendChunk, 'shard' | 'chunk'>,
  row: Chunk<Item, unknown> | undefined,
  named: readonly number[] | undefined,
): string {
  const count = named?.length ?? row?.items.length;
  const many = count === undefined ? 'all items' : `${count} ${count === 1 ? 'item' : 'items'}`;
  const place = `${many} of chunk ${chunk}, shard ${shard}`;
  const first = row?.items[(named?.[0] ?? row.first) - row.first];
  const note = first === undefined ? place : `${place}; the first: ${item.label(first)}`;
  return note.slice(0, NOTE_MAX_CHARS);
}
