import { app } from '@azure/functions';
import { poisonQueueOf } from '@tally/contracts';
import {
  type AnyMessage,
  type Delivery,
  type Handled,
  handleMessage,
  type Stage,
  type StepContext,
} from '@tally/run-steps';
import type * as z from 'zod';
import type { ComposedApp } from './compose-app.ts';
import { deliveryOf } from './delivery.ts';
import { parseMessage } from './parse-message.ts';
import { STORAGE_CONNECTION } from './storage-settings.ts';

export interface QueueFunction<Message> {
  readonly name: string;
  readonly stage: Stage;
  /** Which of the stage's two queues. */
  readonly from: 'queue' | 'poison-queue';
  readonly schema: z.ZodType<Message>;
  /**
   * A throw gives the message back to the queue. The host delivers it again, and gives up after
   * `maxDequeueCount` deliveries.
   */
  readonly handle: (context: StepContext, message: Message, delivery: Delivery) => Promise<Handled>;
}

/**
 * Registers the function of a stage's queue, on Tally's storage connection. An unreadable message becomes a
 * dead letter.
 */
export function registerQueue<Message extends AnyMessage>(
  { steps }: Pick<ComposedApp, 'steps'>,
  { name, stage, from, schema, handle }: QueueFunction<Message>,
): void {
  const queueName = from === 'queue' ? stage.name : poisonQueueOf(stage.name);
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
