import type { StorageRequest, StorageResponse } from '@tally/testing';

/** Who asks the storage how much. */
export class Traffic {
  requests = 0;
  /** All that was asked, looks at empty queues too. */
  asked = 0;
  /** Into which a message was ever put; in the others there is none. */
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
