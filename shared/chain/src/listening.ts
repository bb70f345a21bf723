/** How the Functions host listens to an app's queues. The settings are app-wide. */
export interface QueueListening {
  /** Messages fetched at once, 1 to 32. */
  readonly batchSize: number;
  /** The next batch is fetched when no more than this many messages are in work. */
  readonly newBatchThreshold: number;
  /** Longest pause between two looks at an empty queue. */
  readonly maxPollingIntervalMs: number;
  /** How long a message that failed stays hidden before the next delivery. */
  readonly retryDelaySeconds: number;
  /** Deliveries after which the host moves the message to the poison queue. */
  readonly maxDequeueCount: number;
}

/** How a run is cut; the fields are explained at the core's `Sizing`. */
export interface ChainSizing {
  readonly maxChunkItems: number;
  readonly large?: { readonly items: number; readonly chunkItems: number; readonly shardItems: number } | undefined;
  readonly spread: number;
  readonly minShardItems: number;
  readonly maxShards: number;
}
