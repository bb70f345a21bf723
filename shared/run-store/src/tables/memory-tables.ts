import { ConflictError } from './errors.ts';
import { checkRow, checkTransaction, keysOf } from './table-limits.ts';
import type { Cell, KeyRange, Row, RowKeys, RowPart, RowQuery, RowWrite, StoredRow, Tables } from './tables.ts';

/** Tables in memory, with the semantics and the limits of the real ones. For tests. */
export class MemoryTables implements Tables {
  readonly #tables = new Map<string, Map<string, Map<string, StoredRow>>>();
  readonly #partRows: number;
  #writes = 0;

  /** @param partRows most rows that one request of a list brings */
  constructor({ partRows = 1_000 }: { readonly partRows?: number | undefined } = {}) {
    this.#partRows = partRows;
  }

  async pause(_ms: number): Promise<void> {}

  async create(names: readonly string[]): Promise<void> {
    for (const name of names) if (!this.#tables.has(name)) this.#tables.set(name, new Map());
  }

  async get(table: string, partitionKey: string, rowKey: string): Promise<StoredRow | null> {
    return this.row(table, partitionKey, rowKey);
  }

  async *list(table: string, query: RowQuery): AsyncIterable<StoredRow> {
    yield* this.#rows(table, query);
  }

  async firstPart(table: string, query: RowQuery): Promise<RowPart> {
    const rows = this.#rows(table, { ...query, limit: this.#partRows + 1 });
    return { rows: rows.slice(0, this.#partRows), isAll: rows.length <= this.#partRows };
  }

  #rows(table: string, { partitionKey, among, select, limit, ...range }: RowQuery): StoredRow[] {
    const isAsked = ({ rowKey }: StoredRow) =>
      isWithin(rowKey, range) && (among === undefined || among.some((keys) => isWithin(rowKey, keys)));
    const rows = this.#partitions(table, partitionKey)
      .flatMap((partition) => partition.filter(isAsked).sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1)))
      .slice(0, limit);
    return select === undefined ? rows : rows.map((row) => ({ ...row, cells: pick(row.cells, select) }));
  }

  #partitions(table: string, keys: RowKeys): StoredRow[][] {
    if (typeof keys === 'string') return [this.partition(table, keys)];
    return [...this.#table(table)]
      .filter(([key]) => isWithin(key, keys))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, partition]) => [...partition.values()]);
  }

  async write(table: string, writes: readonly RowWrite[]): Promise<readonly string[]> {
    checkTransaction(writes);
    const rows = this.#table(table);
    const next = writes.map((write, index) => {
      const { partitionKey, rowKey } = keysOf(write);
      return this.#next(rows.get(partitionKey)?.get(rowKey), write, index);
    });
    // All or nothing: nothing is stored before every write has passed.
    for (const [index, write] of writes.entries()) store(rows, keysOf(write), next[index] ?? null);
    return next.map((row) => row?.etag ?? '');
  }

  /** Tables of their own with the same rows, versions included. */
  copy(): MemoryTables {
    const copied = new MemoryTables({ partRows: this.#partRows });
    copied.#writes = this.#writes;
    for (const [name, partitions] of this.#tables) {
      // Rows are never changed, only replaced.
      const rows = [...partitions].map(([key, partition]) => [key, new Map(partition)] as const);
      copied.#tables.set(name, new Map(rows));
    }
    return copied;
  }

  /** The row, at once. */
  row(table: string, partitionKey: string, rowKey: string): StoredRow | null {
    return this.#table(table).get(partitionKey)?.get(rowKey) ?? null;
  }

  /** The rows of a partition, at once. */
  partition(table: string, partitionKey: string): StoredRow[] {
    return [...(this.#table(table).get(partitionKey)?.values() ?? [])];
  }

  names(): string[] {
    return [...this.#tables.keys()];
  }

  /** All rows of a table, in no meaningful order. */
  rows(table: string): StoredRow[] {
    return [...this.#table(table).values()].flatMap((partition) => [...partition.values()]);
  }

  #next(standing: StoredRow | undefined, write: RowWrite, index: number): StoredRow | null {
    if (write.kind === 'insert') {
      if (standing !== undefined) throw new ConflictError(index, 'exists');
      return this.#stored(write.row);
    }
    if (standing === undefined) throw new ConflictError(index, 'missing');
    if (standing.etag !== write.etag) throw new ConflictError(index, 'changed');
    if (write.kind === 'delete') return null;
    if (write.kind === 'replace') return this.#stored(write.row);
    const merged = { ...write.row, cells: { ...standing.cells, ...write.row.cells } };
    checkRow(merged);
    return this.#stored(merged);
  }

  #stored({ partitionKey, rowKey, cells }: Row): StoredRow {
    this.#writes += 1;
    return { partitionKey, rowKey, cells: { ...cells }, etag: `W/"${this.#writes}"` };
  }

  #table(name: string) {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`the table ${name} does not exist`);
    return table;
  }
}

function store(
  table: Map<string, Map<string, StoredRow>>,
  { partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>,
  row: StoredRow | null,
): void {
  const partition = table.get(partitionKey) ?? new Map<string, StoredRow>();
  table.set(partitionKey, partition);
  if (row === null) partition.delete(rowKey);
  else partition.set(rowKey, row);
}

function isWithin(rowKey: string, keys: RowKeys | KeyRange): boolean {
  if (typeof keys === 'string') return rowKey === keys;
  const { from, to } = keys;
  return (from === undefined || rowKey >= from) && (to === undefined || rowKey < to);
}

function pick(cells: Row['cells'], names: readonly string[]): Record<string, Cell> {
  return Object.fromEntries(Object.entries(cells).filter(([name]) => names.includes(name)));
}
