import { ConflictError } from './errors.ts';
import { checkRow, checkTransaction, keysOf } from './table-limits.ts';
import type { Cell, Row, RowQuery, RowWrite, StoredRow, Tables } from './tables.ts';

/** Tables in memory, with the semantics and the limits of the real ones. For tests. */
export class MemoryTables implements Tables {
  readonly #tables = new Map<string, Map<string, Map<string, StoredRow>>>();
  #writes = 0;

  async create(names: readonly string[]): Promise<void> {
    for (const name of names) if (!this.#tables.has(name)) this.#tables.set(name, new Map());
  }

  async get(table: string, partitionKey: string, rowKey: string): Promise<StoredRow | null> {
    return this.#table(table).get(partitionKey)?.get(rowKey) ?? null;
  }

  async *list(table: string, { partitionKey, from, to, select, limit }: RowQuery): AsyncIterable<StoredRow> {
    const rows = [...(this.#table(table).get(partitionKey)?.values() ?? [])]
      .filter(({ rowKey }) => (from === undefined || rowKey >= from) && (to === undefined || rowKey < to))
      .sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1))
      .slice(0, limit);
    for (const row of rows) yield select === undefined ? row : { ...row, cells: pick(row.cells, select) };
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
    if (table === undefined) throw new Error(`the table ${name} doesn't exist`);
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

function pick(cells: Row['cells'], names: readonly string[]): Record<string, Cell> {
  return Object.fromEntries(Object.entries(cells).filter(([name]) => names.includes(name)));
}
