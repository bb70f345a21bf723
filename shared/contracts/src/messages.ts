import { z } from 'zod';
import { generationSchema, runIdSchema, tokenSchema, traceparentSchema } from './ids.ts';

/**
 * The messages in the queues (I2: permits, never the truth). All are plain JSON text. A message points, it does not carry: what is worked on stands in
 * the tables alone. No property may be called `id`, `dequeueCount` or `popReceipt`: the Functions host would overwrite the message's metadata with it.
 */
export const MESSAGE_VERSION = 2;

/** A note is cut at this many characters: what a person takes in at a glance. */
export const NOTE_MAX_CHARS = 200;

/** Items that a message names at most: more than any chunk holds. */
const NAMED_MAX = 100;
/** A run has at most this many shards. */
const SHARDS_MAX = 64;

const envelope = {
  v: z.literal(MESSAGE_VERSION, `this version of Tally reads messages of version ${MESSAGE_VERSION}`),
  runId: runIdSchema,
  gen: generationSchema,
};
const count = z.number().int().min(0);
const epoch = z.number().int().min(1);
const traced = { traceparent: traceparentSchema.optional() };

/** Numbers, each named once. */
function numbers(least: number, most: number) {
  return z
    .array(count)
    .min(least)
    .max(most)
    .refine((named) => new Set(named).size === named.length, 'a number is named twice')
    .readonly();
}

/** `dispatch` the run's shards (all, or those named): claim from their ledgers and send what was claimed. */
export const dispatchMessageSchema = z.strictObject({
  ...envelope,
  epoch,
  tok: tokenSchema,
  shards: numbers(0, SHARDS_MAX).optional(),
  ...traced,
});
export type DispatchMessage = z.infer<typeof dispatchMessageSchema>;

/** Of a stage: a finished shard, to be counted; or something that a gate waits for. */
export function collectMessageSchema(stage: string) {
  return z.union([
    z.strictObject({ ...envelope, stage: z.literal(stage), shard: count, epoch, ...traced }),
    z.strictObject({ ...envelope, event: z.string().min(1).max(100), ...traced }),
  ]);
}
export type CollectMessage = z.infer<ReturnType<typeof collectMessageSchema>>;

/** A permit to work on one chunk of a stage, or on some of its items. */
export function workMessageSchema(stage: string) {
  return z.strictObject({
    ...envelope,
    stage: z.literal(stage),
    shard: count,
    epoch,
    chunk: count,
    tok: tokenSchema,
    /** The highest try that it permits, from 1. Which try an item is at says the chunk's row. */
    attempt: z.number().int().min(1),
    /** Item numbers; absent: all of the chunk. */
    items: numbers(1, NAMED_MAX).optional(),
    /** For the person who peeks at the queue. Read by no code. */
    note: z.string().max(NOTE_MAX_CHARS).optional(),
    ...traced,
  });
}
export type WorkMessage = z.infer<ReturnType<typeof workMessageSchema>>;

/** An item to be worked on, as its chunk's row has it. */
export interface WorkItem<Item> {
  /** The item's number in the run, from 0. */
  readonly index: number;
  readonly input: Item;
}
