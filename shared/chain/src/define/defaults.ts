import type { RepairPolicy, RetryPolicy } from '@tally/contracts';
import type { ChainSizing, QueueListening } from '../listening.ts';

/** Survives minutes of outage, and doesn't let work that can't succeed hold up its run for long. */
export const USUAL_RETRY: RetryPolicy = { maxAttempts: 3, firstDelayMs: 5_000, maxDelayMs: 300_000 };

/**
 * One minute is twice the watchdog's pass. Three sends happen before a chunk is split, and two more before
 * its items are given up.
 */
export const USUAL_REPAIR: RepairPolicy = {
  overdueMs: 60_000,
  usualFactor: 3,
  wholeSends: 3,
  singleSpreadFactor: 5,
  maxSends: 5,
};

export const USUAL_SIZING: ChainSizing = { maxChunkItems: 32, spread: 64, minShardItems: 1024, maxShards: 64 };

export const USUAL_WINDOW_ITEMS = 2_048;
export const USUAL_MAX_ITEMS = 200_000;
export const USUAL_COLUMN = 'itemsJson';
export const USUAL_TIMEOUT_MS = 60_000;

/**
 * Sixteen messages a fetch keep receives at a sixteenth of a request per message. Half a batch in work hides
 * the fetch. A run waits for a poll at each hop from task to task: at most half a second, or a few hops would
 * take longer than their work.
 */
export const USUAL_LISTENING: QueueListening = {
  batchSize: 16,
  newBatchThreshold: 8,
  maxPollingIntervalMs: 500,
  retryDelaySeconds: 10,
  maxDequeueCount: 5,
};

/** How the two apps of every deployment listen, whatever its chains. */
export const OWN_LISTENING = {
  // A dispatch goes through up to 64 shards by itself, so a few at once are enough.
  intake: { ...USUAL_LISTENING, batchSize: 4, newBatchThreshold: 2, maxPollingIntervalMs: 2_000, retryDelaySeconds: 5 },
  aggregate: {
    ...USUAL_LISTENING,
    batchSize: 8,
    newBatchThreshold: 4,
    maxPollingIntervalMs: 2_000,
    retryDelaySeconds: 5,
  },
} as const satisfies Record<string, QueueListening>;
