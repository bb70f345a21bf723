import * as z from 'zod';
import { anyRunIdSchema, generationSchema, nodeNameSchema, tokenSchema, traceparentSchema } from './ids.ts';
import type { Json } from './json.ts';

/**
 * The messages in the queues are permits, never the truth (I2). All are plain JSON text. A message points to
 * work and doesn't carry it: the data is in the tables alone. No property may be called `id`, `dequeueCount`
 * or `popReceipt`, because the Functions host would overwrite the message's metadata with it.
 */
export const MESSAGE_VERSION = 3;

/** The length at which a note is cut: what a person takes in at a glance. */
export const NOTE_MAX_CHARS = 200;

/** The most items that a message names: more than any chunk holds. */
const NAMED_MAX = 100;
/** The most shards that a run has. */
const SHARDS_MAX = 64;

const envelope = {
  v: z.literal(MESSAGE_VERSION, `this version of Tally reads messages of version ${MESSAGE_VERSION}`),
  runId: anyRunIdSchema,
  gen: generationSchema,
};

/** R9: what a message of any other version of Tally also says, in every queue: which run it belongs to. */
export const otherVersionSchema = z.looseObject({
  ...envelope,
  v: z
    .number()
    .int()
    .min(1)
    .refine((v) => v !== MESSAGE_VERSION),
});

const count = z.number().int().min(0);
const epoch = z.number().int().min(1);
const traced = {
  /** R8: since when the chain of its run is unknown here, in milliseconds since 1970. */
  heldSince: count.optional(),
  traceparent: traceparentSchema.optional(),
};

/** A list of numbers without repetition. */
function numbers(least: number, most: number) {
  return z
    .array(count)
    .min(least)
    .max(most)
    .refine((named) => new Set(named).size === named.length, 'a number is named twice')
    .readonly();
}

/**
 * Which opening of which node. A node that a rewind opens again has another round: the run's epoch at that
 * time.
 */
const round = { node: nodeNameSchema, since: epoch };

/**
 * Asks to claim from the ledgers of a map node, of all its shards or of those named, and to send what was
 * claimed. A missing ledger is written first.
 */
export const dispatchMessageSchema = z.strictObject({
  ...envelope,
  ...round,
  epoch,
  tok: tokenSchema,
  shards: numbers(0, SHARDS_MAX).optional(),
  ...traced,
});
export type DispatchMessage = z.infer<typeof dispatchMessageSchema>;

/**
 * Asks to count a finished shard. Without a shard it asks to look at the run: a wait is due, a node can be
 * closed, or the run has ended.
 */
export const aggregateMessageSchema = z.union([
  z.strictObject({ ...envelope, ...round, shard: count, epoch, tok: tokenSchema, ...traced }),
  z.strictObject({
    ...envelope,
    node: nodeNameSchema.optional(),
    since: epoch.optional(),
    tok: tokenSchema,
    ...traced,
  }),
]);
export type AggregateMessage = z.infer<typeof aggregateMessageSchema>;

/** For people who peek at the queue. No code reads it. */
const note = z.string().max(NOTE_MAX_CHARS).optional();

/** A permit to work on one chunk of a map node, or on some of its items. */
export const workMessageSchema = z.strictObject({
  ...envelope,
  ...round,
  shard: count,
  epoch,
  chunk: count,
  tok: tokenSchema,
  /** The highest try that it permits, from 1. The chunk's row says which try an item is at. */
  attempt: z.number().int().min(1),
  /** Item numbers. Absent: all items of the chunk. */
  items: numbers(1, NAMED_MAX).optional(),
  note,
  ...traced,
});
export type WorkMessage = z.infer<typeof workMessageSchema>;

/** A permit for one try at a task node. */
export const taskMessageSchema = z.strictObject({
  ...envelope,
  ...round,
  epoch,
  tok: tokenSchema,
  attempt: z.number().int().min(1),
  /** How often the task had asked to be called again. Absent: never. */
  calls: z.number().int().min(1).optional(),
  note,
  ...traced,
});
export type TaskMessage = z.infer<typeof taskMessageSchema>;

/** An item to work on, as its chunk's row has it. */
export interface WorkItem<Item = Json> {
  /** The item's number in its map, from 0. */
  readonly index: number;
  readonly input: Item;
}
