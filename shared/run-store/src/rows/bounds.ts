import { createdAtOf, generationSchema } from '@tally/contracts';
import { MAX_OPEN } from '@tally/run-state';
import * as z from 'zod';

/**
 * The largest numbers that a row may hold. Rows are edited by hand, and by any tool that has the account's
 * key. A number over its bound is refused before anything is allocated or repeated by it. Each bound is well
 * above what Tally writes.
 */
export const BOUNDS = {
  /** Items per run; the chain's own limit is lower. */
  items: 1_000_000,
  shards: 64,
  /** Nodes per chain, closing ones too; a chain's declaration allows half as many. */
  nodes: 64,
  /** Rounds of map nodes that a generation has opened; each further one needs a rewind request. */
  opened: 5_000,
  /** Dead letters about tasks in a run's outbox: each is of a node given up while no letter could be kept. */
  outboxOfRun: 1_000,
  chunkItems: 100,
  /** Chunks per shard: six digits, as its rows' keys have. */
  chunks: 1_000_000,
  open: MAX_OPEN,
  /** Dead letters in a ledger's outbox: of the chunks that were out. */
  outbox: 4 * MAX_OPEN,
  /** Tries at an item, sends of a claim, deliveries of a message. */
  tries: 1_000,
  /** Dispatches of a run; each needs a request. */
  epochs: 1_000_000_000,
  window: 1_000_000,
  /** Lists and objects inside one another: callers may send 100, the rest is ours. */
  jsonDepth: 128,
  /** Parts of a text: a row holds 1 MiB, a part up to 64 KiB. */
  parts: 16,
  /** A word that a row is found or grouped by. */
  wordChars: 512,
} as const;

/** The instants that Tally's keys can hold, in milliseconds: 13 digits, counted down. */
export const FIRST_INSTANT = 0;
export const LAST_INSTANT = Date.UTC(2286, 0, 1);

/**
 * The last instant of ISO text with a four-digit year. A chain may wait for an instant that no key has to
 * hold.
 */
export const LAST_AWAITED = Date.UTC(10_000, 0, 1) - 1;

/** An integer from 0 to `most`. */
export function countTo(most: number) {
  return z.number().int().min(0).max(most);
}

/** A count of items. */
export const itemCount = countTo(BOUNDS.items);
export const shardNumber = countTo(BOUNDS.shards - 1);
export const chunkNumber = countTo(BOUNDS.chunks - 1);
/** How long something took, in milliseconds; negative where a clock was set back meanwhile. */
export const durationMs = z.number();
export const word = z.string().max(BOUNDS.wordChars);

/** A generation is a time of creation. */
export const generationColumn = generationSchema.refine(
  (generation) => createdAtOf(generation) <= LAST_INSTANT,
  'not the creation time',
);
