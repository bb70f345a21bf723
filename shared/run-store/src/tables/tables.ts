/** A table row in the port's terms: keys, and columns of plain values. */
export type Cell = string | number | boolean;
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly cells: Readonly<Record<string, Cell>>;
}
export interface StoredRow extends Row {
  readonly etag: string;
}

/**
 * I8: every write is conditional, so the port has no upsert: only an insert, or a change of the version that
 * was read.
 */
export type RowWrite =
  | { readonly kind: 'insert'; readonly row: Row }
  /** Cells that aren't named stay as they are. */
  | { readonly kind: 'merge'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'replace'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'delete'; readonly partitionKey: string; readonly rowKey: string; readonly etag: string };

/** Row keys from one, included, up to another, excluded. */
export interface KeyRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A key, or all from one, included, up to another, excluded. */
export type RowKeys = string | { readonly from: string; readonly to: string };

export interface RowQuery extends KeyRange {
  /** Rows of several partitions come partition by partition, in the order of the partitions. */
  readonly partitionKey: RowKeys;
  /** Only rows of these keys, and of the keys in these ranges; absent: of all. */
  readonly among?: readonly [RowKeys, ...RowKeys[]] | undefined;
  /** Cells to fetch; absent: all. */
  readonly select?: readonly string[] | undefined;
  /** Most rows to fetch; absent: all. */
  readonly limit?: number | undefined;
}

/** What one request brings of a list. */
export interface RowPart {
  readonly rows: readonly StoredRow[];
  /** Whether no more are left. */
  readonly isAll: boolean;
}

/**
 * The port to table storage. An entity group transaction is all or nothing, of one partition, at most 100
 * rows and 4 MiB.
 */
export interface Tables {
  /** Creates the tables that aren't there. */
  create(names: readonly string[]): Promise<void>;
  /** The row, or null. */
  get(table: string, partitionKey: string, rowKey: string): Promise<StoredRow | null>;
  /** Rows in the order of their keys. A long list comes in parts, and other writers may write in between. */
  list(table: string, query: RowQuery): AsyncIterable<StoredRow>;
  /** The first part of {@link list}, by one request: these rows stand beside each other at one instant. */
  firstPart(table: string, query: Omit<RowQuery, 'limit'>): Promise<RowPart>;
  /**
   * Writes rows of one partition in one transaction.
   * @returns the new ETags, in the order of the writes (empty text for a delete)
   * @throws ConflictError where a row isn't as the write expects; nothing was written
   * @throws UnknownOutcomeError where no answer came: it may have been written
   */
  write(table: string, writes: readonly RowWrite[]): Promise<readonly string[]>;
  /**
   * Waits between two tries of a write, in milliseconds. Where no other writer can interfere, there is
   * nothing to wait for.
   */
  pause(ms: number): Promise<void>;
}
