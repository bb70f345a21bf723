/** A table row as the port speaks of it: keys, and columns of plain values. */
export type Cell = string | number | boolean;
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly cells: Readonly<Record<string, Cell>>;
}
export interface StoredRow extends Row {
  readonly etag: string;
}

/** I8: every write is conditional, so there is no upsert here: insert, or a change of the very version that was read. */
export type RowWrite =
  | { readonly kind: 'insert'; readonly row: Row }
  /** Cells that aren't named stay as they are. */
  | { readonly kind: 'merge'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'replace'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'delete'; readonly partitionKey: string; readonly rowKey: string; readonly etag: string };

export interface RowQuery {
  readonly partitionKey: string;
  /** First row key, included. */
  readonly from?: string | undefined;
  /** Last row key, excluded. */
  readonly to?: string | undefined;
  /** Cells to fetch; absent: all. */
  readonly select?: readonly string[] | undefined;
  /** Rows to fetch at most; absent: all. */
  readonly limit?: number | undefined;
}

/**
 * The port to table storage. An entity group transaction is all or nothing, of one partition, at most 100 rows and 4 MiB.
 */
export interface Tables {
  /** Creates the tables that aren't there. */
  create(names: readonly string[]): Promise<void>;
  /** The row, or null. */
  get(table: string, partitionKey: string, rowKey: string): Promise<StoredRow | null>;
  /** Rows in the order of their keys. */
  list(table: string, query: RowQuery): AsyncIterable<StoredRow>;
  /**
   * Writes rows of one partition in one transaction.
   * @returns the new ETags, in the order of the writes (empty text for a delete)
   * @throws ConflictError where a row isn't as the write expects; nothing was written
   * @throws UnknownOutcomeError where no answer came: it may have been written
   */
  write(table: string, writes: readonly RowWrite[]): Promise<readonly string[]>;
}
