import type { StorageRequest, StorageResponse } from '@tally/testing';

/**
 * What is under way for longer hangs: a message whose process was stopped, a request that a fault holds back.
 * Nobody waits for it.
 */
const HANGS_MS = 5_000;

/** Counts the requests to the storage, and knows what is under way. */
export class Traffic {
  requests = 0;
  /** All requests, including polls of empty queues. */
  asked = 0;
  /** Queues that ever got a message. The others are empty. */
  readonly queues = new Set<string>();
  #last = performance.now();
  /**
   * Requests without an answer, and ids of messages that a process has taken and not yet settled. With each,
   * when it began.
   */
  readonly #underWay = new Map<StorageRequest | string, number>();

  async follow(
    request: StorageRequest,
    act: () => Promise<StorageResponse | 'reset'>,
  ): Promise<StorageResponse | 'reset'> {
    const { operation, target } = request;
    this.asked += 1;
    if (operation === 'PutMessage') this.queues.add(target);
    // A process that has nothing to do makes these.
    const isLook = operation === 'GetMessages' || operation === 'QueueMetadata';
    if (!isLook) this.#underWay.set(request, performance.now());
    const answer = await act().finally(() => this.#underWay.delete(request));
    const taken = this.#noteMessages(request, answer);
    // A look whose answer was broken off may have found messages.
    if (!isLook || taken > 0 || (answer === 'reset' && operation === 'GetMessages')) this.#note();
    return answer;
  }

  /** Whether nothing is under way, and no request was answered for so long. */
  isQuietFor(ms: number): boolean {
    const now = performance.now();
    if ([...this.#underWay.values()].some((since) => now - since < HANGS_MS)) return false;
    return now - this.#last >= ms;
  }

  /** A process died or stands still: what it had taken isn't under way any more. */
  forget(): void {
    this.#underWay.clear();
  }

  /** @returns how many messages a process got */
  #noteMessages({ operation, messageId }: StorageRequest, answer: StorageResponse | 'reset'): number {
    if (answer === 'reset') return 0;
    if (messageId !== undefined) this.#underWay.delete(messageId);
    if (operation !== 'GetMessages') return 0;
    const ids = [...answer.body.toString('utf8').matchAll(/<MessageId>([^<]+)<\/MessageId>/g)].map(([, id = '']) => id);
    for (const id of ids) this.#underWay.set(id, performance.now());
    return ids.length;
  }

  #note(): void {
    this.requests += 1;
    this.#last = performance.now();
  }
}
