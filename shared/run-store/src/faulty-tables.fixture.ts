import type { RowQuery, RowWrite, StoredRow, Tables } from './tables.ts';

type Write = (table: string, writes: readonly RowWrite[]) => Promise<readonly string[]>;

/** Tables that count what is asked of them, and into whose writes a test may step. */
export class FaultyTables implements Tables {
  readonly #tables: Tables;
  /** The row keys that were read, one by one. */
  readonly reads: string[] = [];
  /** The number of rows of each transaction that was tried. */
  readonly writes: number[] = [];
  readonly #steps: ((write: Write, table: string, writes: readonly RowWrite[]) => Promise<readonly string[]>)[] = [];

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Steps into one of the next writes, each step into one, in order. */
  stepIn(step: (write: Write, table: string, writes: readonly RowWrite[]) => Promise<readonly string[]>): void {
    this.#steps.push(step);
  }

  create(names: readonly string[]): Promise<void> {
    return this.#tables.create(names);
  }

  get(table: string, partitionKey: string, rowKey: string): Promise<StoredRow | null> {
    this.reads.push(rowKey);
    return this.#tables.get(table, partitionKey, rowKey);
  }

  list(table: string, query: RowQuery): AsyncIterable<StoredRow> {
    return this.#tables.list(table, query);
  }

  write(table: string, writes: readonly RowWrite[]): Promise<readonly string[]> {
    this.writes.push(writes.length);
    const write: Write = (...request) => this.#tables.write(...request);
    const step = this.#steps.shift();
    return step === undefined ? write(table, writes) : step(write, table, writes);
  }
}
