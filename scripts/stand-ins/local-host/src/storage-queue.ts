import type { QueueClient } from '@azure/storage-queue';
import { isMessageGone, isQueueMissing } from './storage-errors.ts';
import type { StorageRetry } from './storage-retry.ts';

/** A message as it was received. `text` is as stored, not decoded. */
export interface ReceivedMessage {
  readonly id: string;
  readonly popReceipt: string;
  readonly dequeueCount: number;
  readonly text: string;
  readonly insertedOn: Date;
  readonly expiresOn: Date;
  readonly nextVisibleOn: Date;
}

/** One storage queue. It handles the errors that the listener's rules ignore, and throws all others. */
export class StorageQueue {
  readonly #client: QueueClient;
  readonly #retry: StorageRetry;

  constructor(client: QueueClient, retry: StorageRetry) {
    this.#client = client;
    this.#retry = retry;
  }

  get name(): string {
    return this.#client.name;
  }

  get url(): string {
    return this.#client.url;
  }

  exists(signal: AbortSignal): Promise<boolean> {
    return this.#retry.run((abortSignal) => this.#client.exists({ abortSignal }), false, signal);
  }

  /**
   * Hides up to `count` (1 to 32) messages for `leaseMs` and returns them. It retries over a connection
   * failure, until `signal`.
   */
  async receive(count: number, leaseMs: number, signal: AbortSignal): Promise<ReceivedMessage[]> {
    const options = { numberOfMessages: count, visibilityTimeout: leaseMs / 1000 };
    const response = await this.#retry.run(
      (abortSignal) => this.#client.receiveMessages({ ...options, abortSignal }),
      false,
      signal,
    );
    return response.receivedMessageItems.map((item) => ({
      id: item.messageId,
      popReceipt: item.popReceipt,
      dequeueCount: item.dequeueCount,
      text: item.messageText,
      insertedOn: item.insertedOn,
      expiresOn: item.expiresOn,
      nextVisibleOn: item.nextVisibleOn,
    }));
  }

  /**
   * Makes the message invisible for `ms` from now. Its content stays unchanged.
   * @returns the new pop receipt, or undefined if this listener no longer holds the message (rules 8 and 10)
   */
  async hide(messageId: string, popReceipt: string, ms: number): Promise<string | undefined> {
    const response = await this.#ignoreGone((abortSignal) =>
      this.#client.updateMessage(messageId, popReceipt, undefined, Math.round(ms / 1000), { abortSignal }),
    );
    return response?.popReceipt;
  }

  /** Deletes the message, unless this listener no longer holds it (rule 9). */
  async delete(messageId: string, popReceipt: string): Promise<void> {
    await this.#ignoreGone((abortSignal) => this.#client.deleteMessage(messageId, popReceipt, { abortSignal }));
  }

  /** Sends a text unchanged. A missing queue is created (rule 11). */
  async send(text: string): Promise<void> {
    await this.#retry.run(async (abortSignal) => {
      try {
        await this.#client.sendMessage(text, { abortSignal });
      } catch (error) {
        if (!isQueueMissing(error)) throw error;
        await this.#client.createIfNotExists({ abortSignal });
        await this.#client.sendMessage(text, { abortSignal });
      }
    }, true);
  }

  async #ignoreGone<T>(operation: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#retry.run(operation, true);
    } catch (error) {
      if (isMessageGone(error)) return undefined;
      throw error;
    }
  }
}
