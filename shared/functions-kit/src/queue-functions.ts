import { app } from '@azure/functions';
import { poisonQueueOf, queueOf, type Stage } from '@tally/chain';
import { type Delivery, type Handled, handleMessage, type StepContext } from '@tally/run-steps';
import type { z } from 'zod';
import type { ComposedApp } from './compose-app.ts';
import { deliveryOf } from './delivery.ts';
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
  const queueName = from === 'queue' ? queueOf(stage) : poisonQueueOf(stage);
  app.storageQueue(name, {
    queueName,
    connection: STORAGE_CONNECTION,
    handler: async (entry, invocation) => {
      const context = await steps();
      const delivery = deliveryOf(queueName, entry, invocation);
      const parsed = parseMessage(schema, delivery.body);
      await handleMessage(context, stage, from, delivery, parsed, (message) => handle(context, message, delivery));
    },
  });
}
