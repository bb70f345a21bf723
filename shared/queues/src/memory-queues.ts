import { checkText, delaySeconds } from './message-limits.ts';
import { type PeekedMessage, type Queues, TAKEN_MAX, TAKEN_MS, type TakenMessage } from './port.ts';

/** A message as a receiver sees it. */
export interface ReceivedMessage {
  readonly id: string;
  readonly text: string;
  /** Names this delivery. A later delivery makes it invalid. */
  readonly popReceipt: string;
  /** How often it has been delivered, including this time. */
  readonly dequeueCount: number;
  readonly insertedAt: number;
}

/** A message as its queue holds it. */
export interface HeldMessage extends ReceivedMessage {
  readonly visibleAt: number;
}

type StoredMessage = { -readonly [Name in keyof HeldMessage]: HeldMessage[Name] };

/** Queues in memory for tests. They treat messages as the real ones do: hiding, delivery counts, receipts. */
export class MemoryQueues implements Queues {
  readonly #queues = new Map<string, StoredMessage[]>();
  readonly #now: () => number;
  #numbers = 0;

  /** @param now the clock, in milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  async create(names: readonly string[]): Promise<void> {
    for (const name of names) if (!this.#queues.has(name)) this.#queues.set(name, []);
  }

  async send(queue: string, text: string, delayMs = 0): Promise<void> {
    checkText(queue, text);
    this.#numbers += 1;
    const insertedAt = this.#now();
    const visibleAt = insertedAt + delaySeconds(delayMs) * 1000;
    const id = `message-${this.#numbers}`;
    this.#queue(queue).push({ id, text, insertedAt, visibleAt, dequeueCount: 0, popReceipt: '' });
  }

  async headInsertedAt(queue: string): Promise<number | null> {
    return this.#visible(queue)[0]?.insertedAt ?? null;
  }

  async peek(queue: string): Promise<readonly PeekedMessage[]> {
    return this.#visible(queue)
      .slice(0, TAKEN_MAX)
      .map(({ text, insertedAt, dequeueCount }) => ({ text, insertedAt, deliveries: dequeueCount }));
  }

  async depth(queue: string): Promise<number> {
    return this.#queue(queue).length;
  }

  async takeDelivered(queue: string, deliveries: number): Promise<readonly TakenMessage[]> {
    return this.#visible(queue)
      .filter(({ dequeueCount }) => dequeueCount >= deliveries)
      .slice(0, TAKEN_MAX)
      .map((message) => {
        const before = message.dequeueCount;
        const { id, text, popReceipt } = this.#take(message, TAKEN_MS);
        return { id, text, popReceipt, deliveries: before };
      });
  }

  async deleteTaken(queue: string, taken: TakenMessage): Promise<void> {
    this.delete(queue, taken);
  }

  /** Hides messages for a while. A receiver that has handled them deletes them before that time is over. */
  receive(queue: string, options: { readonly visibilityMs: number; readonly max?: number }): ReceivedMessage[] {
    return this.#visible(queue)
      .slice(0, options.max ?? 1)
      .map((message) => this.#take(message, options.visibilityMs));
  }

  /** The same for one given message, hidden or not. */
  receiveOne(queue: string, id: string, visibilityMs: number): ReceivedMessage {
    return this.#take(this.#find(queue, id), visibilityMs);
  }

  /** Makes a message visible again at once, as when its receiver's lease has run out. */
  giveBack(queue: string, id: string): void {
    this.#find(queue, id).visibleAt = this.#now();
  }

  /** All messages, including hidden ones, oldest first. */
  messages(queue: string): readonly HeldMessage[] {
    return this.#queue(queue);
  }

  /**
   * Separate queues with the same messages.
   * @param now their clock
   */
  copy(now: () => number): MemoryQueues {
    const copied = new MemoryQueues(now);
    copied.#numbers = this.#numbers;
    for (const [name, messages] of this.#queues) {
      copied.#queues.set(
        name,
        messages.map((message) => ({ ...message })),
      );
    }
    return copied;
  }

  #find(queue: string, id: string): StoredMessage {
    const found = this.#queue(queue).find((message) => message.id === id);
    if (found === undefined) throw new Error(`there is no message ${id} in ${queue}`);
    return found;
  }

  #take(message: StoredMessage, visibilityMs: number): ReceivedMessage {
    this.#numbers += 1;
    message.visibleAt = this.#now() + visibilityMs;
    message.dequeueCount += 1;
    message.popReceipt = `receipt-${this.#numbers}`;
    const { id, text, popReceipt, dequeueCount, insertedAt } = message;
    return { id, text, popReceipt, dequeueCount, insertedAt };
  }

  /** @returns false if the message was delivered again meanwhile, or is gone */
  delete(queue: string, { id, popReceipt }: Pick<ReceivedMessage, 'id' | 'popReceipt'>): boolean {
    const messages = this.#queue(queue);
    const place = messages.findIndex((message) => message.id === id && message.popReceipt === popReceipt);
    if (place >= 0) messages.splice(place, 1);
    return place >= 0;
  }

  /** The texts of all messages, including hidden ones, oldest first. */
  texts(queue: string): string[] {
    return this.#queue(queue).map(({ text }) => text);
  }

  /**
   * When the next message of any queue is visible, in milliseconds since 1970. This is in the past if one is
   * visible already, and Infinity if there is no message.
   */
  nextVisibleAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#queues.values()].flat().map(({ visibleAt }) => visibleAt));
  }

  #visible(queue: string): StoredMessage[] {
    const now = this.#now();
    return this.#queue(queue).filter(({ visibleAt }) => visibleAt <= now);
  }

  #queue(name: string): StoredMessage[] {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new Error(`the queue ${name} doesn't exist`);
    return queue;
  }
}
