import type { MapDefinition } from '@tally/chain';
import { NOTE_MAX_CHARS } from '@tally/contracts';
import { type Chunk, itemsOfChunk, type Ledger, type MapView, type SendChunk } from '@tally/run-state';

/** What a sender knows of the shard that a message is about. */
export interface KnownRows {
  readonly ledger: Pick<Ledger, 'first' | 'count'>;
  /**
   * The chunk's row where it is at hand. A process that has just claimed the chunk doesn't have the row, and
   * doesn't read it for a note.
   */
  readonly chunk: Chunk | undefined;
}

/**
 * What a message says to the person who peeks at the queue: how many items, from which number, and the first
 * item without its possibly secret parts. No code reads it.
 * @param named the items that the message names; absent: all of the chunk
 */
export function permitNote(
  { label }: Pick<MapDefinition, 'label'>,
  view: Pick<MapView, 'chunkItems'>,
  send: Pick<SendChunk, 'chunk'>,
  known: KnownRows | undefined,
  named: readonly number[] | undefined,
): string {
  const items = named ?? (known === undefined ? [] : itemsOfChunk(view, known.ledger, send.chunk));
  const [from] = items;
  if (from === undefined) return `the items of chunk ${send.chunk}`;
  const many = items.length === 1 ? `item ${from}` : `${items.length} items from number ${from}`;
  const first = known?.chunk?.items[from - known.chunk.first];
  return (first === undefined || label === undefined ? many : `${many}: ${label(first)}`).slice(0, NOTE_MAX_CHARS);
}
