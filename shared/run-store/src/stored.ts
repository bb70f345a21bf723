import type { Json, RunStatus } from '@tally/contracts';
import type {
  Chunk,
  HistoryEntry,
  Ledger,
  NodeRound,
  OpenedMap,
  RecordWrites,
  Run,
  RunHead,
  WholeRun,
} from '@tally/run-state';
import type * as z from 'zod';
import type { UnreadableRowError } from './tables/row-errors.ts';

/** A value with the version under which it was read or written. */
export interface Versioned<Value> {
  readonly value: Value;
  readonly etag: string;
}

/** Names a round of a map node. */
export interface MapKey extends NodeRound {
  readonly runId: string;
  readonly generation: string;
}

/** Names a shard's partition. */
export interface ShardKey extends MapKey {
  readonly shard: number;
}

/** What the items, results and sums of a map node look like: all that the store needs to know of it. */
export interface MapShape {
  /** The column that holds the items, e.g. `urls`. */
  readonly itemColumn: string;
  readonly itemSchema: z.ZodType<Json>;
  readonly resultSchema: z.ZodType<Json>;
  readonly foldSchema: z.ZodType<Json>;
}

/** A run row with what is kept beside it, read in one query, and the versions of all these rows. */
export interface StoredRun extends WholeRun {
  /** Of the run row. */
  readonly etag: string;
  /** Of the rows beside it, by their row keys. */
  readonly rows: ReadonlyMap<string, string>;
}

/** The run row that a write replaces, where rows beside it are only inserted: no more must be known of it. */
export interface StandingRun {
  readonly generation: string;
  readonly etag: string;
}

/** What changes with a run row, in one transaction. */
export interface RunWrite {
  readonly run: Run;
  /** Rows beside the run row. */
  readonly writes?: RecordWrites | undefined;
  /** What callbacks see as the run's input; only with the first write of a generation. */
  readonly input?: Json | undefined;
  readonly history: readonly HistoryEntry[];
}

/** Says that the rows of a generation must be deleted. */
export interface PurgeNote {
  readonly runId: string;
  readonly generation: string;
  /** The rounds of map nodes that may have left rows. */
  readonly opened: readonly OpenedMap[];
  /** Its place among the notes. */
  readonly key: string;
  readonly etag: string;
}

/** A run that has unfinished work. */
export interface LiveRow {
  readonly runId: string;
  /** Where the row stands among the others; places sort like the rows. */
  readonly place: string;
  /** When the row was last inserted or touched. */
  readonly touchedAt: number;
  /**
   * Whether a start has touched it since it was inserted. If only rewinds have, and there is no run row, none
   * will come: a rewind writes on the run row that it has read.
   */
  readonly forStart: boolean;
  /** In how many passes in a row the watchdog has found a row of the run broken. */
  readonly brokenPasses: number;
  /** R10: nothing of the run is due until then, in milliseconds since 1970; 0: unknown. */
  readonly quietUntil: number;
  readonly etag: string;
}

/** The columns of a run, each read alone; undefined: that one can't be read. */
type KnownColumns = {
  readonly [Name in Exclude<keyof RunHead, 'runId' | 'outbox'>]: RunHead[Name] | undefined;
};

/** A run row that can't be read completely, and what is still known of it. */
export interface UnreadableRun extends KnownColumns {
  readonly error: UnreadableRowError;
  readonly etag: string;
  readonly status: RunStatus | undefined;
  readonly endedAt: number | undefined;
}

export interface UnreadableChunk {
  readonly chunk: number;
  readonly error: UnreadableRowError;
}

/** A line of the listing. Its run may be gone, or have a newer generation: the run's row decides. */
export interface DayRow {
  readonly runId: string;
  readonly generation: string;
  readonly createdAt: number;
  /** Its place in the day. */
  readonly key: string;
}

/** A durable row about a message, or about items, that could not be processed. */
export interface DeadLetterRow {
  readonly stage: string;
  readonly at: number;
  /** Unique among those of one instant. */
  readonly id: string;
  readonly sourceQueue: string;
  readonly body: string;
  readonly reason: string;
  readonly dequeueCount: number;
  readonly runId?: string | undefined;
  readonly generation?: string | undefined;
  /** Item numbers. */
  readonly items?: readonly number[] | undefined;
}

/** A dead letter whose row can't be read, and what is still known of it. */
export interface UnreadableLetter extends Pick<DeadLetterRow, 'stage' | 'at' | 'id' | 'runId' | 'generation'> {
  readonly error: UnreadableRowError;
  /** Empty where it can't be read. */
  readonly sourceQueue: string;
}

/** Names a dead letter among those of its stage. */
export type DeadLetterKey = Pick<DeadLetterRow, 'at' | 'id'>;

/** A process that works for a stage. */
export interface WorkerRow {
  readonly stage: string;
  /** Names the process: host, process number and a random part. */
  readonly process: string;
  /** When it was first, and last, seen. */
  readonly since: number;
  readonly lastSeen: number;
}

/** The rows of a shard that a commit is decided on. It is conditional on their versions (I8). */
export interface ShardRows {
  readonly ledger: Versioned<Ledger>;
  readonly chunks: ReadonlyMap<number, Versioned<Chunk>>;
}
