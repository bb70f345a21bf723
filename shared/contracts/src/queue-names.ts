/** The queue of the app that starts runs and writes and dispatches their shards. */
export const DISPATCH_QUEUE = 'intake';

/** The queue of the app that counts shards, ends waits and keeps house. */
export const COLLECT_QUEUE = 'aggregate';

/** The Functions host adds `-poison` to a queue's name for what it gives up. */
export function poisonQueueOf(queue: string): string {
  return `${queue}-poison`;
}
