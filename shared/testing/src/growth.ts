import type { Exchange } from './counting-proxy.ts';

/**
 * What the number of such requests grows with. `work`: with the work of a run. `run-reads`: reads of the
 * run's row, at each step of a run, and once a second in each process while it works. `time`: with time
 * alone, whatever is done: polls of empty queues, passes of the watchdog, notes about which workers are
 * there.
 */
export type Growth = 'work' | 'run-reads' | 'time';

export function growthOf({ operation, target, url, received }: Exchange, runId: string): Growth {
  if (operation === 'GetMessages') return received === 0 ? 'time' : 'work';
  if (operation === 'PeekMessages' || operation === 'QueueMetadata') return 'time';
  const place = decodeURIComponent(url);
  if (target === 'index' && (operation === 'QueryEntities' || place.includes("PartitionKey='workers'"))) return 'time';
  const isOfRun = operation === 'GetEntity' && place.includes(`PartitionKey='${runId}',RowKey='run'`);
  return isOfRun ? 'run-reads' : 'work';
}
