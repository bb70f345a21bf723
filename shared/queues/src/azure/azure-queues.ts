import { type QueueClient, type QueueServiceClient, RestError } from '@azure/storage-queue';
import { checkText, delaySeconds } from '../message-limits.ts';
import { type PeekedMessage, type Queues, TAKEN_MAX, TAKEN_MS, type TakenMessage } from '../port.ts';

/**
 * A message never expires. The service's default is seven days. The permits of a run that was suspended, or
 * waited behind a backlog, would then vanish silently. The receiver of a late message drops it, and knows
 * why.
 */
const NEVER_EXPIRES = -1;

/**
 * Queues of a storage account. Texts are sent as they are, not as base64, so that people can read them in the
 * portal.
 */
export class AzureQueues implements Queues {
  readonly #service: QueueServiceClient;
  readonly #queues = new Map<string, QueueClient>();

  constructor(service: QueueServiceClient) {
    this.#service = service;
  }

  async create(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#queue(name).createIfNotExists()));
  }

  async send(queue: string, text: string, delayMs = 0): Promise<void> {
    checkText(queue, text);
    await this.#queue(queue).sendMessage(text, {
      messageTimeToLive: NEVER_EXPIRES,
      visibilityTimeout: delaySeconds(delayMs),
    });
  }

  async headInsertedAt(queue: string): Promise<number | null> {
    const { peekedMessageItems } = await this.#queue(queue).peekMessages({ numberOfMessages: 1 });
    return peekedMessageItems[0]?.insertedOn.getTime() ?? null;
  }

  async peek(queue: string): Promise<readonly PeekedMessage[]> {
    const { peekedMessageItems } = await this.#queue(queue).peekMessages({ numberOfMessages: TAKEN_MAX });
    return peekedMessageItems.map(({ messageText, insertedOn, dequeueCount }) => ({
      text: messageText,
      insertedAt: insertedOn.getTime(),
      deliveries: dequeueCount,
    }));
  }

  async depth(queue: string): Promise<number> {
    const { approximateMessagesCount = 0 } = await this.#queue(queue).getProperties();
    return approximateMessagesCount;
  }

  async takeDelivered(queue: string, deliveries: number): Promise<readonly TakenMessage[]> {
    const client = this.#queue(queue);
    // A peek counts no delivery. A receive does, so it happens only when needed.
    const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: TAKEN_MAX });
    if (!peekedMessageItems.some(({ dequeueCount }) => dequeueCount >= deliveries)) return [];
    const { receivedMessageItems } = await client.receiveMessages({
      numberOfMessages: TAKEN_MAX,
      visibilityTimeout: TAKEN_MS / 1000,
    });
    const taken: TakenMessage[] = [];
    for (const { messageId, messageText, popReceipt, dequeueCount } of receivedMessageItems) {
      const before = dequeueCount - 1;
      if (before >= deliveries) taken.push({ id: messageId, text: messageText, popReceipt, deliveries: before });
      else await client.updateMessage(messageId, popReceipt, messageText, 0);
    }
    return taken;
  }

  async deleteTaken(queue: string, { id, popReceipt }: TakenMessage): Promise<void> {
    try {
      await this.#queue(queue).deleteMessage(id, popReceipt);
    } catch (error) {
      if (!(error instanceof RestError) || (error.code !== 'PopReceiptMismatch' && error.statusCode !== 404))
        throw error;
    }
  }

  #queue(name: string): QueueClient {
    const queue = this.#queues.get(name) ?? this.#service.getQueueClient(name);
    this.#queues.set(name, queue);
    return queue;
  }
}
