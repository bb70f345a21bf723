import type { StorageRequest, StorageResponse } from '@tally/testing';

/** Counts the requests to the storage. */
export class Traffic {
  requests = 0;
  /** All requests, including polls of empty queues. */
  asked = 0;
  /** Queues that ever got a message. The others are empty. */
  readonly queues = new Set<string>();
  #last = performance.now();

  async follow(
    { operation, target }: StorageRequest,
    act: () => Promise<StorageResponse | 'reset'>,
  ): Promise<StorageResponse | 'reset'> {
    this.asked += 1;
    if (operation === 'PutMessage') this.queues.add(target);
    const answer = await act();
    const isIdle = operation === 'GetMessages' && answer !== 'reset' && !answer.body.includes('<QueueMessage>');
    if (!isIdle && operation !== 'QueueMetadata') this.#note();
    return answer;
  }

  isQuietFor(ms: number): boolean {
    return performance.now() - this.#last >= ms;
  }

  #note(): void {
    this.requests += 1;
    this.#last = performance.now();
  }
}
