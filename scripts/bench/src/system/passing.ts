import type { ProxyOptions, StorageOperation } from '@tally/testing';

/** What passed between an app and the storage, when it was answered. */
export interface Passed {
  /** By this process's clock. */
  readonly at: number;
  readonly operation: StorageOperation;
  readonly target: string;
  /** A look at a queue that brought messages. */
  readonly isCatch: boolean;
  /** A write by which a run has completed. */
  readonly completes: boolean;
  /** A transaction over rows of chunks. */
  readonly isCommit: boolean;
  /** A write that was refused since somebody else had written the row. */
  readonly isConflict: boolean;
}

/** Keeps what passes, for the proxy in front of the storage. */
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

/** Names of queues that no item passes through. */
export const notOfWork = /^(intake|aggregate)$|-poison$/;
