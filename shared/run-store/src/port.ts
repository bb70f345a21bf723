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

/** A run row with what is kept beside it, read in one query, and the versions of all of these rows. */
export interface StoredRun extends WholeRun {
  /** Of the run row. */
  readonly etag: string;
  /** Of the rows beside it, by their row keys. */
  readonly rows: ReadonlyMap<string, string>;
}

/** The run row that a write replaces, where nothing of the rows beside it is touched but inserted: all that is to be known of it. */
export interface StandingRun {
  readonly gen: string;
  readonly etag: string;
}

/** What changes with a run row, in one transaction. */
export interface RunWrite {
  readonly run: Run;
  /** Rows beside the run row. */
  readonly writes?: RecordWrites | undefined;
  /** What callbacks see as the run's input; with the first write of a generation, and never again. */
  readonly input?: Json | undefined;
  readonly history: readonly HistoryEntry[];
}

/** That the rows of a generation are to be deleted. */
export interface PurgeNote {
  readonly runId: string;
  readonly gen: string;
  /** The rounds of map nodes that it may have left rows of. */
  readonly opened: readonly OpenedMap[];
  /** Its place among the notes. */
  readonly key: string;
  readonly etag: string;
}

/** A run that has unfinished business. */
export interface LiveRow {
  readonly runId: string;
  /** Where the row stands among the others; places have their order. */
  readonly place: string;
  /** When the row was inserted or touched last. */
  readonly touchedAt: number;
  /**
   * Whether a start has touched it since it was inserted. Of a row that only rewinds have touched no run row can come where there is none: they write
   * on the one that they have read.
   */
  readonly forStart: boolean;
  /** In how many passes in a row the watchdog has found a row of the run broken. */
  readonly brokenPasses: number;
  /** R10: nothing of the run is due until then, in milliseconds since 1970; 0: nobody has said so. */
  readonly quietUntil: number;
  readonly etag: string;
}

/** What a run's columns say one by one; undefined: that one can't be read. */
type KnownColumns = {
  readonly [Name in Exclude<keyof RunHead, 'runId' | 'owed' | 'customStatus'>]: RunHead[Name] | undefined;
};

/** A run row that can't be read as a whole, and what is known of it all the same. */
export interface UnreadableRun extends KnownColumns {
  readonly error: UnreadableRowError;
  readonly etag: string;
  readonly status: RunStatus | undefined;
  readonly endedAt: number | undefined;
}

/** A chunk's row that can't be read. */
export interface UnreadableChunk {
  readonly chunk: number;
  readonly error: UnreadableRowError;
}

/** A line of the listing. It may be of a run that is gone, or of an old generation: the run's row decides. */
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

/** A dead letter whose row can't be read, and what is known of it all the same. */
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
  /** Names the process: host, process number and something random. */
  readonly process: string;
  /** When it was seen first, and last. */
  readonly since: number;
  readonly lastSeen: number;
}

/** The rows of a shard that a commit is decided on: the versions are what it is conditional on (I8). */
export interface ShardRows<Item, Result, Folded> {
  readonly ledger: Versioned<Ledger<Folded>>;
  readonly chunks: ReadonlyMap<number, Versioned<Chunk<Item, Result>>>;
}

/**
 * What the steps of a run need of table storage. All writes are conditional (I8) and throw ConflictError or UnknownOutcomeError;
 * all reads of a run's own rows validate them and throw UnreadableRowError. Rows of the index are read by their keys, and one that isn't Tally's is passed over.
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
  /** The run row, and the rows beside it that are of its generation: input, tasks, outputs, events. One query. */
  readWhole(runId: string): Promise<StoredRun | null>;
  /** For whoever must not fail by one run's row: the run row alone, or what is known of one that can't be read. */
  lookAtRun(runId: string): Promise<Versioned<Run> | UnreadableRun | null>;
  /**
   * Inserts the run row (`before` null) or replaces the version that was read; everything else of the write goes in the same transaction (I1). Rows that are
   * changed, replaced or deleted go by the versions that were read together with the run row.
   * @returns the ETag of the run row
   */
  writeRun(before: StoredRun | StandingRun | null, write: RunWrite): Promise<string>;
  /**
   * Marks an ended run as purged, as it was read: from then on it reads as absent, and a new run may take over its id. Its rows are deleted by
   * {@link purgeGeneration}, the run row last.
   */
  markPurged(before: Versioned<Run>, at: number): Promise<void>;
  readHistory(runId: string): Promise<readonly HistoryEntry[]>;
  /** The rows of the run's own partition as they stand, of all generations, in the order of their keys. @param part `after`: those behind the row of this key */
  listRows(runId: string, part: { readonly after?: string | undefined; readonly limit: number }): AsyncIterable<Row>;

  /** Inserts the run's live row, or sets its time anew. @param by who is about to bring a run to life */
  touchLive(runId: string, now: number, by: 'start' | 'rewind'): Promise<LiveRow>;
  readLive(runId: string): Promise<LiveRow | null>;
  /** In the order of their places, `after` excluded. A run whose start, or rewind, came by an older Tally may have a second row. */
  listLive(part?: { readonly after?: string | undefined; readonly limit?: number | undefined }): AsyncIterable<LiveRow>;
  /** Notes what a pass has found, as the row was read; nothing where it was written since. */
  noteLive(row: LiveRow, noted: Partial<Pick<LiveRow, 'brokenPasses' | 'quietUntil'>>): Promise<void>;
  /** Under If-Match: a rewind that touched it meanwhile keeps it. False where it was touched. */
  deleteLive(row: LiveRow): Promise<boolean>;
  /** The listing's row, by day of creation, newest first; and the day's own. Idempotent. */
  indexByDay(run: Run): Promise<void>;
  /** Days of which runs are listed, `20260102` in UTC, newest first; `from` and `to` included. */
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
  /** Deletes the row of a day of which no run is listed any more. For days gone by: one that begins meanwhile could be lost. */
  forgetDay(day: string): Promise<void>;
  /** Notes that the rows of a generation are to be deleted, once its run row is marked or replaced. A note that stands is written anew. */
  queuePurge(runId: string, gen: string, opened: readonly OpenedMap[]): Promise<void>;
  /** `after`: those behind the note of this key. */
  listPurges(part?: { readonly after?: string | undefined }): AsyncIterable<PurgeNote>;
  /** Deletes a note as it was read; false where it was written anew since. */
  deletePurge(note: PurgeNote): Promise<boolean>;
  /**
   * Deletes all rows of a generation: ledgers, chunks, its dead letters, timeline, and all that is kept beside the run row; its line in the listing; the run row, if
   * it is marked as purged; last the purge row. May be called again after an interruption.
   */
  purgeGeneration(runId: string, gen: string, opened: readonly OpenedMap[]): Promise<void>;

  /** How far a pass over many has come, for the next one to go on from there; null: none has been. An empty place is the beginning. */
  readCursor(name: string): Promise<Versioned<string> | null>;
  /** Conditional on what was read (I8): where another pass has moved it meanwhile, that stays. @returns the cursor as it stands for whoever goes on */
  moveCursor(name: string, before: Versioned<string> | null, place: string): Promise<Versioned<string> | null>;

  /** @param of the run among whose rows a pointer to the letter is noted first, so that the letter goes with the rows of its generation */
  insertDeadLetter(letter: DeadLetterRow, of?: Pick<RunHead, 'runId' | 'gen'>): Promise<void>;
  /** Oldest first; `after`: those behind that one. */
  listDeadLetters(
    stage: string,
    part?: { readonly after?: DeadLetterKey | undefined; readonly limit?: number | undefined },
  ): AsyncIterable<DeadLetterRow | UnreadableLetter>;
  readDeadLetter(key: DeadLetterKey & { readonly stage: string }): Promise<DeadLetterRow | UnreadableLetter | null>;
  /** By its key alone, whether it can be read or not. False where there is none. @param of where its pointer is, if that is to go too */
  deleteDeadLetter(
    key: DeadLetterKey & { readonly stage: string },
    of?: Pick<RunHead, 'runId' | 'gen'>,
  ): Promise<boolean>;

  /** Notes that a process is there: inserts its row (`etag` null) or replaces the version that it wrote last. @returns the new ETag */
  beat(worker: WorkerRow, etag: string | null): Promise<string>;
  listWorkers(): AsyncIterable<Versioned<WorkerRow>>;
  /** Under If-Match; one that was seen again meanwhile stays. */
  deleteWorker(worker: Versioned<WorkerRow>): Promise<void>;
}

/** What is in the partitions of a map node's shards, and the markers that tell of them. */
export interface ShardStore<Item, Result, Folded> {
  /** The markers of a round, whether they count or not: the run row says which do. */
  readMarkers(key: MapKey): Promise<readonly Marker<Folded>[]>;
  /** Inserts a shard's chunk rows, then its ledger in the last transaction: whoever finds the ledger finds all chunks. Rows of theirs that stand already, since another was at it too, are left as they are. */
  insertShard(
    key: ShardKey,
    ledger: Ledger<Folded>,
    chunks: readonly Chunk<Item, Result>[],
  ): Promise<ShardRows<Item, Result, Folded>>;
  readLedger(key: ShardKey): Promise<Versioned<Ledger<Folded>> | null>;
  readChunk(key: ShardKey, chunk: number): Promise<Versioned<Chunk<Item, Result>> | null>;
  /** In the order of their numbers, from chunk `from` on (default 0). */
  listChunks(key: ShardKey, from?: number): AsyncIterable<Versioned<Chunk<Item, Result>>>;
  /** For whoever must not fail by one chunk's row: the same, or what is known of a row that can't be read. */
  lookAtChunks(
    key: ShardKey,
    part?: { readonly from?: number | undefined; readonly limit?: number | undefined },
  ): AsyncIterable<Chunk<Item, Result> | UnreadableChunk>;
  /**
   * Commits what differs between `before` and `after` in one transaction, each row under If-Match (I1); ledger first.
   * ConflictError.index 0 is the ledger, n the n-th changed chunk in ascending order ({@link changedChunks}).
   * @returns the rows as they stand now
   */
  commitShard(
    key: ShardKey,
    before: ShardRows<Item, Result, Folded>,
    after: ShardState<Item, Result, Folded>,
  ): Promise<ShardRows<Item, Result, Folded>>;
}
