import { app, type InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { STORAGE_CONNECTION } from './storage-settings.ts';

/** A message as the host delivers it. */
export interface DeliveredMessage {
  readonly body: string;
  readonly messageId: string;
  /** How often the queue has delivered it, this time included. */
  readonly dequeueCount: number;
}

export interface QueueFunction {
  readonly name: string;
  readonly queue: string;
  /** A throw gives the message back to the queue: the host delivers it again, and gives it up after `maxDequeueCount` deliveries. */
  readonly handle: (message: DeliveredMessage) => Promise<void>;
}

/** Registers the function of a queue on the product's storage connection. */
export function registerQueue({ name, queue, handle }: QueueFunction): void {
  app.storageQueue(name, {
    queueName: queue,
    connection: STORAGE_CONNECTION,
    handler: async (entry, context) => await handle(deliveredMessage(entry, context)),
  });
}

/**
 * The host's metadata can be overwritten by properties of a foreign message's body (`id`, `dequeueCount`), and then holds anything. Ours
 * never have such properties; of the others only the dead letter's name depends on them.
 */
const metadataSchema = z.object({
  id: z.string().min(1).max(100).catch(''),
  dequeueCount: z.coerce.number().int().min(1).catch(1),
});

function deliveredMessage(entry: unknown, { triggerMetadata, invocationId }: InvocationContext): DeliveredMessage {
  const metadata = metadataSchema.parse(triggerMetadata ?? {});
  // The library has parsed what looks like JSON; what stood there was that text, but for white space.
  const body = typeof entry === 'string' ? entry : JSON.stringify(entry);
  return { body, messageId: metadata.id === '' ? invocationId : metadata.id, dequeueCount: metadata.dequeueCount };
}
