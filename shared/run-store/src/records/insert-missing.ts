import { retrying } from '../tables/retrying.ts';
import { COMMIT_MAX_BYTES, payloadBytes, TRANSACTION_MAX_ROWS } from '../tables/table-limits.ts';
import type { Row, RowWrite, StoredRow, Tables } from '../tables/tables.ts';

/** A row that was to be inserted, as it stands. */
export interface Inserted {
  readonly row: StoredRow;
  /** Whether it is known to stand as this insert wrote it. */
  readonly isOurs: boolean;
}

/**
 * Inserts rows of one partition, in ascending order of their keys, as many at once as a transaction holds,
 * one part after another. Rows that stand already are left as they are: another writer has inserted the same,
 * and may have gone on from there.
 * @returns all rows as they stand, in their order
 */
export async function insertMissing(tables: Tables, table: string, rows: readonly Row[]): Promise<Inserted[]> {
  const inserted: Inserted[] = [];
  for (const part of cutTransactions(rows)) inserted.push(...(await insertPart(tables, table, part)));
  return inserted;
}

async function insertPart(tables: Tables, table: string, rows: readonly Row[]): Promise<Inserted[]> {
  return await retrying(tables, `insert rows into ${table} ${rows[0]?.partitionKey}`, async (failures) => {
    // Where the answer was lost the rows may stand or not, so they are read.
    const standing = failures === 0 ? new Map<string, StoredRow>() : await standingOf(tables, table, rows);
    const missing = rows.filter(({ rowKey }) => !standing.has(rowKey));
    const etags = missing.length === 0 ? [] : await tables.write(table, missing.map(insertOf));
    const ours = new Map(missing.map((row, place) => [row.rowKey, { ...row, etag: etags[place] ?? '' }]));
    return rows.map((row) => insertedOf(row, ours, standing));
  });
}

function insertedOf(
  { rowKey }: Row,
  ours: ReadonlyMap<string, StoredRow>,
  standing: ReadonlyMap<string, StoredRow>,
): Inserted {
  const own = ours.get(rowKey);
  const row = own ?? standing.get(rowKey);
  if (row === undefined) throw new Error(`the row ${rowKey} could be neither inserted nor read`);
  return { row, isOurs: own !== undefined };
}

async function standingOf(tables: Tables, table: string, rows: readonly Row[]): Promise<Map<string, StoredRow>> {
  const standing = new Map<string, StoredRow>();
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (first === undefined || last === undefined) return standing;
  const keys = new Set(rows.map(({ rowKey }) => rowKey));
  const range = { from: first.rowKey, to: `${last.rowKey} ` };
  for await (const row of tables.list(table, { partitionKey: first.partitionKey, ...range }))
    if (keys.has(row.rowKey)) standing.set(row.rowKey, row);
  return standing;
}

function insertOf(row: Row): RowWrite {
  return { kind: 'insert', row };
}

/** Rows in their order, as many to a transaction as it holds. */
function cutTransactions(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  let part: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = payloadBytes(row);
    if (part.length === TRANSACTION_MAX_ROWS || (part.length > 0 && bytes + size > COMMIT_MAX_BYTES)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(row);
    bytes += size;
  }
  return [...parts, part];
}
