import { z } from 'zod';
import { anyRunIdSchema, generationSchema, nodeNameSchema, tokenSchema, traceparentSchema } from './ids.ts';

/**
 * The messages in the queues (I2: permits, never the truth). All are plain JSON text. A message points, it does not carry: what is worked on stands in
 * the tables alone. No property may be called `id`, `dequeueCount` or `popReceipt`: the Functions host would overwrite the message's metadata with it.
 */
export const MESSAGE_VERSION = 3;

/** A note is cut at this many characters: what a person takes in at a glance. */
export const NOTE_MAX_CHARS = 200;

/** Items that a message names at most: more than any chunk holds. */
const NAMED_MAX = 100;
/** A run has at most this many shards. */
const SHARDS_MAX = 64;

const envelope = {
  v: z.literal(MESSAGE_VERSION, `this version of Tally reads messages of version ${MESSAGE_VERSION}`),
  runId: anyRunIdSchema,
  gen: generationSchema,
};

/** R9: what a message of any other version of Tally says too, whatever its queue: which run it is of. */
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
  /** R8: since when nobody here knew the chain of its run, in milliseconds since 1970. */
  heldSince: count.optional(),
  traceparent: traceparentSchema.optional(),
};

/** Numbers, each named once. */
function numbers(least: number, most: number) {
  return z
    .array(count)
    .min(least)
    .max(most)
    .refine((named) => new Set(named).size === named.length, 'a number is named twice')
    .readonly();
}

/** Which opening of which node: a node that a rewind opens anew has another round, the run's epoch at that time. */
const round = { node: nodeNameSchema, since: epoch };

/** Claim from the ledgers of a map node (of all its shards, or those named), and send what was claimed. A ledger that isn't there is written first. */
export const dispatchMessageSchema = z.strictObject({
  ...envelope,
  ...round,
  epoch,
  tok: tokenSchema,
  shards: numbers(0, SHARDS_MAX).optional(),
  ...traced,
});
export type DispatchMessage = z.infer<typeof dispatchMessageSchema>;

/** A finished shard, to be counted; or, without a shard, that the run is to be looked at: a wait is due, a node can be closed, or the run has ended. */
export const collectMessageSchema = z.union([
  z.strictObject({ ...envelope, ...round, shard: count, epoch, tok: tokenSchema, ...traced }),
  z.strictObject({
    ...envelope,
    node: nodeNameSchema.optional(),
    since: epoch.optional(),
    tok: tokenSchema,
    ...traced,
  }),
]);
export type CollectMessage = z.infer<typeof collectMessageSchema>;

/** For the person who peeks at the queue. Read by no code. */
const note = z.string().max(NOTE_MAX_CHARS).optional();

/** A permit to work on one chunk of a map node, or on some of its items. */
export const workMessageSchema = z.strictObject({
  ...envelope,
  ...round,
  shard: count,
  epoch,
  chunk: count,
  tok: tokenSchema,
  /** The highest try that it permits, from 1. Which try an item is at says the chunk's row. */
  attempt: z.number().int().min(1),
  /** Item numbers; absent: all of the chunk. */
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
  /** How often the task had asked to be called again; absent: never. */
  calls: z.number().int().min(1).optional(),
  note,
  ...traced,
});
export type TaskMessage = z.infer<typeof taskMessageSchema>;

/** An item to be worked on, as its chunk's row has it. */
export interface WorkItem<Item> {
  /** The item's number in the run, from 0. */
  readonly index: number;
  readonly input: Item;
}
