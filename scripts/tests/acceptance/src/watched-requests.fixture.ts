import type { Disturbance, StorageRequest } from '@tally/testing';

/** A request to the storage, with its times by this process's clock. */
export interface Watched {
  readonly request: StorageRequest;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Whether it returned messages. */
  readonly isCatch: boolean;
}

/** Records the requests that pass through the proxy in front of the storage. */
export class WatchedRequests {
  readonly all: Watched[] = [];
  readonly watch: Disturbance = async (request, forward) => {
    const sentAt = performance.now();
    const answer = await forward();
    const isCatch = request.operation === 'GetMessages' && answer.body.includes('<QueueMessage>');
    this.all.push({ request, sentAt, answeredAt: performance.now(), isCatch });
    return answer;
  };
}

/**
 * Requests that come with time, whatever work is done: polls of queues, workers' heartbeats twice a minute,
 * and the watchdog's passes.
 */
export function isTimeBound({ operation, target, url, body }: StorageRequest): boolean {
  if (operation === 'GetMessages' || operation === 'PeekMessages' || operation === 'QueueMetadata') return true;
  const isWorkersRow = decodeURIComponent(url).includes("PartitionKey='workers'") || body.includes('"workers"');
  return target === 'index' && (operation === 'QueryEntities' || isWorkersRow);
}

/** The number of requests of each operation on each target, one on each line. */
export function tableOf(requests: readonly Watched[]): string {
  const groups = Map.groupBy(requests, ({ request }) => `${request.operation} ${request.target}`);
  return [...groups].map(([name, { length }]) => `${String(length).padStart(4)} ${name}`).join('\n');
}

/** How long a queue's first message waited before a process took it, in milliseconds. */
export function waitedIn(queue: string, requests: readonly Watched[]): number {
  const own = requests.filter(({ request }) => request.target === queue);
  const put = own.find(({ request }) => request.operation === 'PutMessage');
  const taken = own.find(({ isCatch }) => isCatch);
  if (put === undefined || taken === undefined) throw new Error(`nothing was put into ${queue} and taken from it`);
  return Math.max(0, taken.answeredAt - put.answeredAt);
}
