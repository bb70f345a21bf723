import type { ItemError, Json } from '@tally/contracts';
import type { Chance, Effect } from './effects.ts';
import type { Chunk, Ledger } from './ledger.ts';
import type { MapView } from './nodes/map-view.ts';
import type { QueueLook } from './queue-look.ts';
import type { Refusal } from './refusal.ts';

/**
 * What a decision about a shard sees. The run may be a second old (I9); the ledger and the chunks are
 * committed under If-Match.
 */
export interface ShardState {
  readonly run: MapView;
  readonly ledger: Ledger;
  /** The chunk rows that the event is about, by number. */
  readonly chunks: ReadonlyMap<number, Chunk>;
}

/** The part of a work message that decides. */
export interface MessageHead {
  readonly epoch: number;
  readonly chunk: number;
  readonly token: string;
  /** The highest try that it permits, from 1. */
  readonly attempt: number;
  /** The numbers of the items that it means; absent: all of its chunk. */
  readonly items?: readonly number[] | undefined;
}

/** The outcome of one try at an item. */
export type TryOutcome<Result = Json> =
  | { readonly kind: 'succeeded'; readonly result: Result; readonly durationMs: number }
  /** Trying again would not help. */
  | { readonly kind: 'failed'; readonly error: ItemError; readonly durationMs: number }
  /** Trying again may help, at the earliest after `retryAfterMs`. */
  | { readonly kind: 'retry'; readonly error: ItemError; readonly durationMs: number; readonly retryAfterMs: number };

export type ShardEvent =
  /** A message was worked on (or found done: no outcomes). Needs its chunk's row. */
  | {
      readonly type: 'record';
      readonly message: MessageHead;
      /** By item number. */
      readonly outcomes: ReadonlyMap<number, TryOutcome>;
      /** Which try each was, by its item number, as {@link pendingTries} said before it began. */
      readonly tries: ReadonlyMap<number, number>;
      /** How long the tries took together, in milliseconds; absent: nothing was tried. */
      readonly workedMs?: number | undefined;
      /**
       * Chunks that this very delivery has sent under its token, or has gone on with: its earlier commits
       * claimed them. The message's own chunk doesn't count.
       */
      readonly sent?: ReadonlySet<number> | undefined;
      /**
       * Items of this chunk that other messages permit, where the delivery goes on with the claim of its last
       * commit.
       */
      readonly others?: readonly number[] | undefined;
      /** Items that the delivery had to try and had no time for before its end; absent: none. */
      readonly untried?: readonly number[] | undefined;
      readonly chance: Chance;
    }
  /** A message that the host is said to have given up. Needs its chunk's row. */
  | { readonly type: 'poison'; readonly message: MessageHead; readonly chance: Chance }
  /**
   * A dispatch message, or a process that dispatches with a token of its own. Needs the rows of
   * {@link claimsInDoubt}.
   */
  | { readonly type: 'dispatch'; readonly token: string; readonly chance: Chance }
  /** A watchdog's pass. Needs the rows of {@link claimsInDoubt}. */
  | { readonly type: 'repair'; readonly look: QueueLook; readonly chance: Chance }
  /**
   * A rewind reaches the shard: items of these chunks that didn't succeed are opened again. `last`: no other
   * chunk is left.
   */
  | { readonly type: 'reopen'; readonly last: boolean; readonly chance: Chance }
  /** A dead letter of the ledger's outbox is kept: the one of this instant that begins with this item. */
  | { readonly type: 'outbox-delivered'; readonly at: number; readonly item: number }
  /** A work message came up while the run is suspended, and is dropped. */
  | { readonly type: 'idle'; readonly message: Pick<MessageHead, 'epoch' | 'chunk'> }
  /** The run has ended. */
  | { readonly type: 'close' };

export interface ShardDecision {
  readonly state: ShardState;
  readonly effects: readonly Effect[];
  /** Why the event claims and sends nothing. */
  readonly dropped?: Refusal | undefined;
}

/** The chunk's row, which the event needs. */
export function chunkOf(state: ShardState, chunk: number): Chunk {
  const row = state.chunks.get(chunk);
  if (row === undefined) throw new Error(`the row of chunk ${chunk} of shard ${state.ledger.shard} was not loaded`);
  return row;
}
