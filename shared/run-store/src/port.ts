import type { Json, RunStatus } from '@tally/contracts';
import type {
  Chunk,
  HistoryEntry,
  Ledger,
  Marker,
  NodeRound,
  OpenedMap,
  RecordWrites,
  Run,
  RunHead,
  ShardState,
  WholeRun,
} from '@tally/run-state';
import type { z } from 'zod';
import type { UnreadableRowError } from './tables/row-errors.ts';
import type { Row } from './tables/tables.ts';

/** A value with the version under which it was read or written. */
export interface Versioned<Value> {
  readonly value: Value;
  readonly etag: string;
}

/** Names a round of a map node. */
export interface MapKey extends NodeRound {
  readonly runId: string;
  readonly gen: string;
}

/** Names a shard's partition. */
export interface ShardKey extends MapKey {
  readonly shard: number;
}

/** What the items, results and sums of a map node look like: all that the store needs to know of it. */
export interface MapShape<Item, Result, Folded> {
  /** The column that holds the items, e.g. `urls`. */
  readonly itemColumn: string;
  readonly itemSchema: z.ZodType<Item>;
  readonly resultSchema: z.ZodType<Result>;
  readonly foldSchema: z.ZodType<Folded>;
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
  readonly gen: string;
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
  readonly gen: string;
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
  readonly [Name in Exclude<keyof RunHead, 'runId' | 'owed' | 'customStatus'>]: RunHead[Name] | undefined;
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
  readonly gen: string;
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
  readonly gen?: string | undefined;
  /** Item numbers. */
  readonly items?: readonly number[] | undefined;
}

/** A dead letter whose row can't be read, and what is still known of it. */
export interface UnreadableLetter extends Pick<DeadLetterRow, 'stage' | 'at' | 'id' | 'runId' | 'gen'> {
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
export interface ShardRows<Item, Result, Folded> {
  readonly ledger: Versioned<Ledger<Folded>>;
  readonly chunks: ReadonlyMap<number, Versioned<Chunk<Item, Result>>>;
}

/**
 * What the steps of a run need of table storage. All writes are conditional (I8) and throw ConflictError or
 * UnknownOutcomeError. All reads of a run's own rows validate them and throw UnreadableRowError. Rows of the
 * index are read by their keys; a row that isn't Tally's is skipped.
 */
export interface RunStore {
  /** Waits between two tries of a write, in milliseconds. */
  pause(ms: number): Promise<void>;
  /** Creates the tables that aren't there. */
  prepare(): Promise<void>;
  /** What is in the partitions of a map node's shards. */
  shards<Item, Result, Folded>(shape: MapShape<Item, Result, Folded>): ShardStore<Item, Result, Folded>;

  /** The run row alone. */
  readRun(runId: string): Promise<Versioned<Run> | null>;
  /** The run row, and the rows of its generation beside it: input, tasks, outputs, events. One query. */
  readWhole(runId: string): Promise<StoredRun | null>;
  /** The run row alone. Where it can't be read this doesn't throw: it returns what is known of the row. */
  lookAtRun(runId: string): Promise<Versioned<Run> | UnreadableRun | null>;
  /**
   * Inserts the run row (`before` null) or replaces the version that was read, with all else in one
   * transaction (I1). Rows are changed, replaced or deleted by the versions that were read with the run row.
   * @returns the ETag of the run row
   */
  writeRun(before: StoredRun | StandingRun | null, write: RunWrite): Promise<string>;
  /**
   * Marks an ended run as purged, as it was read. From then on it reads as absent, and a new run may take its
   * id. {@link purgeGeneration} deletes its rows, the run row last.
   */
  markPurged(before: Versioned<Run>, at: number): Promise<void>;
  readHistory(runId: string): Promise<readonly HistoryEntry[]>;
  /** The rows of the run's partition, of all generations, by key. @param part `after`: behind this key */
  listRows(runId: string, part: { readonly after?: string | undefined; readonly limit: number }): AsyncIterable<Row>;

  /** Inserts the run's live row, or sets its time again. @param by what is about to bring a run to life */
  touchLive(runId: string, now: number, by: 'start' | 'rewind'): Promise<LiveRow>;
  readLive(runId: string): Promise<LiveRow | null>;
  /** In the order of their places, after `after`. A run that an older Tally touched may have a second row. */
  listLive(part?: { readonly after?: string | undefined; readonly limit?: number | undefined }): AsyncIterable<LiveRow>;
  /** Notes what a pass has found, as the row was read; nothing where it was written since. */
  noteLive(row: LiveRow, noted: Partial<Pick<LiveRow, 'brokenPasses' | 'quietUntil'>>): Promise<void>;
  /** Under If-Match: a rewind that touched it meanwhile keeps it. False where it was touched. */
  deleteLive(row: LiveRow): Promise<boolean>;
  /** Inserts the listing's row, by day of creation, newest first, and the day's own. Idempotent. */
  indexByDay(run: Run): Promise<void>;
  /** Days with listed runs, `20260102` in UTC, newest first; `from` and `to` included. */
  listDays(range?: { readonly from?: string | undefined; readonly to?: string | undefined }): AsyncIterable<string>;
  /**
   * The runs that were created on a day, newest first; `createdFrom` and `createdTo` included.
   * @param part `after`: those behind the row of this key
   */
  listDay(
    day: string,
    part?: {
      readonly after?: string | undefined;
      readonly createdFrom?: number | undefined;
      readonly createdTo?: number | undefined;
      readonly limit?: number | undefined;
    },
  ): AsyncIterable<DayRow>;
  /** Deletes a line whose run is gone. */
  deleteDayRow(row: DayRow): Promise<void>;
  /** Deletes the row of a day without listed runs. For past days: one that begins meanwhile could be lost. */
  forgetDay(day: string): Promise<void>;
  /** Notes a generation to purge once its run row is marked or replaced. A standing note is rewritten. */
  queuePurge(runId: string, gen: string, opened: readonly OpenedMap[]): Promise<void>;
  /** `after`: those behind the note of this key. */
  listPurges(part?: { readonly after?: string | undefined }): AsyncIterable<PurgeNote>;
  /** Deletes a note as it was read; false where it was written again since. */
  deletePurge(note: PurgeNote): Promise<boolean>;
  /**
   * Deletes all of a generation: ledgers, chunks, dead letters, timeline, rows beside the run row, listing
   * line. Then the run row, if it is marked as purged; last the note. May be repeated after an interruption.
   */
  purgeGeneration(runId: string, gen: string, opened: readonly OpenedMap[]): Promise<void>;

  /** How far a pass over many has come; null: there was none. An empty place is the beginning. */
  readCursor(name: string): Promise<Versioned<string> | null>;
  /** Conditional on what was read (I8): a move by another pass stays. @returns the cursor that stands then */
  moveCursor(name: string, before: Versioned<string> | null, place: string): Promise<Versioned<string> | null>;

  /** @param of the run whose rows first get a pointer to the letter, so that both go with its generation */
  insertDeadLetter(letter: DeadLetterRow, of?: Pick<RunHead, 'runId' | 'gen'>): Promise<void>;
  /** Oldest first; `after`: those behind that one. */
  listDeadLetters(
    stage: string,
    part?: { readonly after?: DeadLetterKey | undefined; readonly limit?: number | undefined },
  ): AsyncIterable<DeadLetterRow | UnreadableLetter>;
  readDeadLetter(key: DeadLetterKey & { readonly stage: string }): Promise<DeadLetterRow | UnreadableLetter | null>;
  /** By its key alone, readable or not; false: none is there. @param of where its pointer is, to delete it */
  deleteDeadLetter(
    key: DeadLetterKey & { readonly stage: string },
    of?: Pick<RunHead, 'runId' | 'gen'>,
  ): Promise<boolean>;

  /** Inserts a process's row (`etag` null) or replaces the version last written. @returns the new ETag */
  beat(worker: WorkerRow, etag: string | null): Promise<string>;
  listWorkers(): AsyncIterable<Versioned<WorkerRow>>;
  /** Under If-Match; one that was seen again meanwhile stays. */
  deleteWorker(worker: Versioned<WorkerRow>): Promise<void>;
}

/** What is in the partitions of a map node's shards, and the markers about them. */
export interface ShardStore<Item, Result, Folded> {
  /** The markers of a round, whether they count or not: the run row says which do. */
  readMarkers(key: MapKey): Promise<readonly Marker<Folded>[]>;
  /** Inserts the chunks, the ledger last: where it is, all chunks are. Rows of another writer stay. */
  insertShard(
    key: ShardKey,
    ledger: Ledger<Folded>,
    chunks: readonly Chunk<Item, Result>[],
  ): Promise<ShardRows<Item, Result, Folded>>;
  readLedger(key: ShardKey): Promise<Versioned<Ledger<Folded>> | null>;
  readChunk(key: ShardKey, chunk: number): Promise<Versioned<Chunk<Item, Result>> | null>;
  /** In the order of their numbers, from chunk `from` on (default 0). */
  listChunks(key: ShardKey, from?: number): AsyncIterable<Versioned<Chunk<Item, Result>>>;
  /** The same, but a row that can't be read doesn't throw: what is known of it is returned. */
  lookAtChunks(
    key: ShardKey,
    part?: { readonly from?: number | undefined; readonly limit?: number | undefined },
  ): AsyncIterable<Chunk<Item, Result> | UnreadableChunk>;
  /**
   * Commits what differs between `before` and `after` in one transaction, each row under If-Match (I1).
   * The ledger comes first: ConflictError.index 0 is the ledger, n the n-th of {@link changedChunks}.
   * @returns the rows as they stand now
   */
  commitShard(
    key: ShardKey,
    before: ShardRows<Item, Result, Folded>,
    after: ShardState<Item, Result, Folded>,
  ): Promise<ShardRows<Item, Result, Folded>>;
}
