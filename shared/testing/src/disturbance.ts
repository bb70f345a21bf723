import type { StorageRequest } from './storage-request.ts';

/** An answer of the storage service. Header names and values alternate, as in Node. */
export type StorageResponse = { status: number; rawHeaders: readonly string[]; body: Buffer };

/**
 * Sits between a client and the storage service. It may answer without forwarding, forward twice, or change
 * the answer. It may also return 'reset' to break the connection off, so that the client never learns what
 * happened.
 */
export type Disturbance = (
  request: StorageRequest,
  forward: () => Promise<StorageResponse>,
) => Promise<StorageResponse | 'reset'>;

/**
 * Delivers every n-th message twice: it is put a second time, just after the first. For its receivers the
 * queue then delivers at least once.
 * @param queues only messages of these queues. Absent: all queues
 */
export function deliverTwice(every: number, queues?: readonly string[]): Disturbance {
  let puts = 0;
  return async (request, forward) => {
    const answer = await forward();
    if (request.operation !== 'PutMessage' || queues?.includes(request.target) === false) return answer;
    puts++;
    if (puts % every === 0) await forward();
    return answer;
  };
}
