import type { ReceivedMessage, StorageQueue } from './storage-queue.ts';

/**
 * Keeps a message invisible while its function runs (rule 8). It renews the lease when half of it has passed,
 * and each renewal gets a new pop receipt. If the message is gone or another receiver has it, the renewal
 * stops forever without a report. The function itself may have deleted the message.
 */
export class MessageLease {
  readonly #queue: StorageQueue;
  readonly #messageId: string;
  readonly #leaseMs: number;
  readonly #onError: (error: unknown) => void;
  #popReceipt: string;
  #timer: NodeJS.Timeout | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param onError called with any other storage error (rule 5) */
  constructor(queue: StorageQueue, message: ReceivedMessage, leaseMs: number, onError: (error: unknown) => void) {
    this.#queue = queue;
    this.#messageId = message.id;
    this.#popReceipt = message.popReceipt;
    this.#leaseMs = leaseMs;
    this.#onError = onError;
    this.#arm();
  }

  /** Stops renewing and returns the newest pop receipt, the only valid one (rule 9). */
  async stop(): Promise<string> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#renewal;
    return this.#popReceipt;
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renew();
    }, this.#leaseMs / 2);
  }

  async #renew(): Promise<void> {
    try {
      const popReceipt = await this.#queue.hide(this.#messageId, this.#popReceipt, this.#leaseMs);
      if (popReceipt === undefined) return;
      this.#popReceipt = popReceipt;
      if (!this.#stopped) this.#arm();
    } catch (error) {
      this.#onError(error);
    }
  }
}
