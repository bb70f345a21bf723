/** How the Functions host listens to an app's queues. These settings apply to the whole app. */
export interface QueueListening {
  /** Messages fetched at once, 1 to 32. */
  readonly batchSize: number;
  /** The next batch is fetched when at most this many messages are in work. */
  readonly newBatchThreshold: number;
  /** The longest pause between two polls of an empty queue. */
  readonly maxPollingIntervalMs: number;
  /** How long a message that failed stays hidden before its next delivery. */
  readonly retryDelaySeconds: number;
  /** The number of deliveries after which the host moves the message to the poison queue. */
  readonly maxDequeueCount: number;
}

/** How a run is cut into shards and chunks. The core's `Sizing` explains the fields. */
export interface ChainSizing {
  readonly maxChunkItems: number;
  readonly large?: { readonly items: number; readonly chunkItems: number } | undefined;
  readonly spread: number;
  readonly minShardItems: number;
  readonly maxShards: number;
}
