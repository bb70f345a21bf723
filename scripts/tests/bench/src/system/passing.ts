import type { ProxyOptions, StorageOperation } from '@tally/testing';

/** An exchange between an app and the storage, recorded when it was answered. */
export interface Passed {
  /** Time of this process's clock. */
  readonly at: number;
  readonly operation: StorageOperation;
  readonly target: string;
  /** A poll of a queue that returned messages. */
  readonly isCatch: boolean;
  /** A write that completes a run. */
  readonly completes: boolean;
  /** A transaction over rows of chunks. */
  readonly isCommit: boolean;
  /** A write that was refused because another process had written the row. */
  readonly isConflict: boolean;
}

/** Records the exchanges of the proxy in front of the storage. */
export class Passing {
  all: Passed[] = [];

  readonly proxy: ProxyOptions = {
    keep: false,
    observe: ({ operation, target, body }, response) => {
      const answer = response === 'reset' ? '' : response.body.toString('latin1');
      this.all.push({
        at: performance.now(),
        operation,
        target,
        isCatch: operation === 'GetMessages' && answer.includes('<QueueMessage>'),
        completes: operation === 'EntityGroupTransaction' && body.includes('"status":"Completed"'),
        isCommit: operation === 'EntityGroupTransaction' && target === 'chunks',
        isConflict: (response !== 'reset' && response.status === 412) || answer.includes('HTTP/1.1 412'),
      });
    },
  };

  clear(): void {
    this.all = [];
  }
}

/** Names of queues through which no item passes. */
export const notOfWork = /^(intake|aggregate)$|-poison$/;
