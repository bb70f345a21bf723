import type { Fold, Json, RepairPolicy, RetryPolicy } from '@tally/contracts';
import type { z } from 'zod';

/** How the Functions host listens to a stage's queue. The settings are app-wide: one retry policy an app, so one app a stage. */
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

/** A node of the chain: a Functions app with a queue of its own. */
export interface Stage {
  /** Name of the stage, of its app and of its queue. */
  readonly name: string;
  /** What it does, for the picture. */
  readonly does: string;
  readonly listening: QueueListening;
}

/** How a run is cut; the fields are explained at the core's `Sizing`. */
export interface ChainSizing {
  readonly maxChunkItems: number;
  readonly spread: number;
  readonly minShardItems: number;
  readonly maxShards: number;
}

/** The numbers that a finished run is summed up from. */
export interface RunTotals<Folded> {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: readonly {
    readonly code: string;
    readonly count: number;
    readonly example: { readonly index: number; readonly message: string };
  }[];
  readonly fold: Folded;
}

/**
 * A chain, as data: three stages, the items that go through them, and what becomes of the results. Queue names, host settings, the picture,
 * the deployment's parameters and the message schemas all derive from it.
 */
export interface Chain<Item, Result, Folded> {
  readonly name: string;
  /** Raised whenever rows or messages of an older run could no longer be read. */
  readonly version: number;
  /** Starts runs and dispatches their shards. */
  readonly dispatch: Stage;
  /** Works on items, chunk by chunk. */
  readonly work: Stage;
  /** Counts finished shards and ends the run. */
  readonly collect: Stage;
  readonly item: {
    /** The items' column in a chunk's row. */
    readonly column: string;
    readonly schema: z.ZodType<Item>;
    /** An item as a message's note names it to a person. Queues are read by many: never a secret. */
    readonly label: (item: Item) => string;
  };
  readonly result: z.ZodType<Result>;
  readonly fold: Fold<Item, Result, Folded> & { readonly schema: z.ZodType<Folded> };
  /** The run's output. */
  readonly summarize: (totals: RunTotals<Folded>) => Json;
  readonly retry: RetryPolicy;
  readonly repair: RepairPolicy;
  readonly sizing: ChainSizing;
  /** Chunks of a run that may be claimed at once, unless the run says otherwise. */
  readonly windowChunks: number;
  /** Most items a run. */
  readonly maxItems: number;
}

/** The stages in the order of the path. */
export function stagesOf(chain: Pick<Chain<never, never, never>, 'dispatch' | 'work' | 'collect'>): readonly Stage[] {
  return [chain.dispatch, chain.work, chain.collect];
}
