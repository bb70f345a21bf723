import { z } from 'zod';
import { generationSchema, runIdSchema, tokenSchema, traceparentSchema } from './ids.ts';

/**
 * The messages in the queues (I2: permits, never the truth). All are plain JSON text. No property may be called `id`,
 * `dequeueCount` or `popReceipt`: the Functions host would overwrite the message's metadata with it.
 */
export const MESSAGE_VERSION = 1;

/** A message stays under this many bytes of UTF-8: Storage allows 64 KiB, the rest is room for re-encoding to base64 by other tools. */
export const MESSAGE_MAX_BYTES = 48 * 1024;

const envelope = {
  v: z.literal(MESSAGE_VERSION),
  runId: runIdSchema,
  gen: generationSchema,
};
const count = z.number().int().min(0);
const epoch = z.number().int().min(1);
const stage = z.string().min(1).max(40);

/** `dispatch` the run's shards (all, or those named): claim from their ledgers and send what was claimed. */
export const dispatchMessageSchema = z.strictObject({
  ...envelope,
  epoch,
  tok: tokenSchema,
  shards: z.array(count).max(64).optional(),
  traceparent: traceparentSchema.optional(),
});
export type DispatchMessage = z.infer<typeof dispatchMessageSchema>;

/** A finished shard, to be counted; or something that a gate waits for. */
export const collectMessageSchema = z.union([
  z.strictObject({ ...envelope, stage, shard: count, epoch, traceparent: traceparentSchema.optional() }),
  z.strictObject({ ...envelope, event: z.string().min(1).max(100), traceparent: traceparentSchema.optional() }),
]);
export type CollectMessage = z.infer<typeof collectMessageSchema>;

/** One item as it travels in a message, under the neutral name `input`; the chain decides what the property is called on the wire. */
export interface WorkItem<Item> {
  /** The item's number in the run, from 0. */
  readonly index: number;
  readonly input: Item;
}

/** A permit to work on items of one chunk. */
export interface WorkMessage<Item> {
  readonly v: typeof MESSAGE_VERSION;
  readonly runId: string;
  readonly gen: string;
  readonly stage: string;
  readonly shard: number;
  readonly epoch: number;
  readonly chunk: number;
  readonly tok: string;
  /**
   * The chunk row's ETag, present only when the message carries all items of a chunk of which nothing is recorded yet:
   * then its commit needs no read before it.
   */
  readonly etag?: string | undefined;
  /** The try that this message permits, from 1. */
  readonly attempt: number;
  readonly items: readonly WorkItem<Item>[];
  readonly traceparent?: string | undefined;
}

/**
 * The wire schema of a stage's work messages.
 * @param field what an item's input is called on the wire, e.g. `url`
 * @param input the schema of that input
 */
export function workMessageSchema<Item>(field: string, input: z.ZodType<Item>): z.ZodType<WorkMessage<Item>> {
  const item = z.looseObject({ index: count }).transform((value, context): WorkItem<Item> => {
    const parsed = input.safeParse(value[field]);
    if (parsed.success) return { index: value.index, input: parsed.data };
    for (const issue of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: issue.message, path: [field, ...issue.path] });
    }
    return z.NEVER;
  });
  return z.strictObject({
    ...envelope,
    stage,
    shard: count,
    epoch,
    chunk: count,
    tok: tokenSchema,
    etag: z.string().min(1).max(200).optional(),
    attempt: z.number().int().min(1),
    items: z.array(item).min(1).max(100),
    traceparent: traceparentSchema.optional(),
  });
}

/**
 * A message's JSON in ASCII alone: other characters are escaped. It means the same, stays readable for what is mostly URLs, and its length in
 * bytes is its length in characters.
 */
export function messageText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The text of a work message as it goes into the queue. The order of the properties is the order in which a person reads them. */
export function encodeWorkMessage<Item>(field: string, message: WorkMessage<Item>): string {
  const { items, traceparent, ...head } = message;
  return messageText({
    ...head,
    items: items.map(({ index, input }) => ({ index, [field]: input })),
    traceparent,
  });
}
