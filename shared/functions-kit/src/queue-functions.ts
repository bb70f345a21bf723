import { app, type InvocationContext } from '@azure/functions';
import { poisonQueueOf, queueOf, type Stage } from '@tally/chain';
import { messageText } from '@tally/contracts';
import { type Delivery, type Handled, handleMessage, type StepContext } from '@tally/run-steps';
import { z } from 'zod';
import type { ComposedApp } from './compose-app.ts';
import { parseMessage } from './parse-message.ts';
import { STORAGE_CONNECTION } from './storage-settings.ts';

export interface QueueFunction<Message, Item, Result, Folded> {
  readonly name: string;
  readonly stage: Stage;
  /** Which of the stage's two queues. */
  readonly from: 'queue' | 'poison-queue';
  readonly schema: z.ZodType<Message>;
  /** A throw gives the message back to the queue: the host delivers it again, and gives it up after `maxDequeueCount` deliveries. */
  readonly handle: (
    context: StepContext<Item, Result, Folded>,
    message: Message,
    delivery: Delivery,
  ) => Promise<Handled>;
}

/** Registers the function of a stage's queue, on the product's storage connection. What can't be read becomes a dead letter. */
export function registerQueue<
  Message extends { readonly runId: string; readonly gen: string; readonly traceparent?: string | undefined },
  Item,
  Result,
  Folded,
>(
  { steps }: ComposedApp<Item, Result, Folded>,
  { name, stage, from, schema, handle }: QueueFunction<Message, Item, Result, Folded>,
): void {
  app.storageQueue(name, {
    queueName: from === 'queue' ? queueOf(stage) : poisonQueueOf(stage),
    connection: STORAGE_CONNECTION,
    handler: async (entry, invocation) => {
      const context = await steps();
      const delivery = deliveryOf(entry, invocation);
      const parsed = parseMessage(schema, delivery.body);
      await handleMessage(context, stage, from, delivery, parsed, (message) => handle(context, message, delivery));
    },
  });
}

/**
 * The host's metadata can be overwritten by properties of a foreign message's body (`id`, `dequeueCount`), and then holds anything. Ours
 * never have such properties; of the others only the dead letter's name depends on them.
 */
const metadataSchema = z.object({
  id: z.string().min(1).max(100).catch(''),
  dequeueCount: z.coerce.number().int().min(1).catch(1),
  insertionTime: z.coerce.date().optional().catch(undefined),
});

/** Nothing was put before this: Tally wasn't there. */
const FIRST_MESSAGE = Date.UTC(2025, 0, 1);
/** Clocks may be minutes apart; what is further ahead is no time of a message that is here. */
const AHEAD_MS = 3_600_000;

function deliveryOf(entry: unknown, { triggerMetadata, invocationId }: InvocationContext): Delivery {
  const metadata = metadataSchema.parse(triggerMetadata ?? {});
  // The library has parsed what looks like JSON. What stood there was that text, but for white space, and in foreign messages for numbers
  // that no double holds: those are rounded, or null.
  const body = typeof entry === 'string' ? entry : messageText(entry);
  const put = metadata.insertionTime?.getTime() ?? 0;
  const insertedAt = put >= FIRST_MESSAGE && put <= Date.now() + AHEAD_MS ? put : undefined;
  const messageId = metadata.id === '' ? invocationId : metadata.id;
  return { body, messageId, dequeueCount: metadata.dequeueCount, insertedAt };
}
