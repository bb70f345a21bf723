/** The queue of the app that starts runs, and writes and dispatches their shards. */
export const DISPATCH_QUEUE = 'intake';

/** The queue of the app that counts shards, ends waits and does the finalization. */
export const AGGREGATE_QUEUE = 'aggregate';

/** The queue for the messages that the Functions host gives up: it adds `-poison` to the queue's name. */
export function poisonQueueOf(queue: string): string {
  return `${queue}-poison`;
}
