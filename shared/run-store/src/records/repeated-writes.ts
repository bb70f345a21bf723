import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/retrying.ts';
import type { Row, StoredRow, Tables } from '../tables/tables.ts';

/** Inserts a row, or writes the standing one again, so that its version changes for earlier readers. */
export async function writeAnew(tables: Tables, table: string, row: Row): Promise<void> {
  await retrying(tables, `write ${nameOf(table, row)} again`, async () => {
    const standing = await tables.get(table, row.partitionKey, row.rowKey);
    try {
      await tables.write(table, [
        standing === null ? { kind: 'insert', row } : { kind: 'merge', row, etag: standing.etag },
      ]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // Another has written it since it was read here, which is as good.
      const written = await tables.get(table, row.partitionKey, row.rowKey);
      if (written === null || written.etag === standing?.etag) throw error;
    }
  });
}

/** Inserts a row whose content follows from its keys: one that is there already is as good. */
export async function insertOnce(tables: Tables, table: string, row: Row): Promise<void> {
  await retrying(tables, `insert ${nameOf(table, row)}`, async () => {
    try {
      await tables.write(table, [{ kind: 'insert', row }]);
    } catch (error) {
      if (!(error instanceof ConflictError && error.reason === 'exists')) throw error;
    }
  });
}

/** Deletes a row as it was read. @returns false where it was written since */
export async function deleteAsRead(
  tables: Tables,
  table: string,
  { partitionKey, rowKey, etag }: Pick<StoredRow, 'partitionKey' | 'rowKey' | 'etag'>,
): Promise<boolean> {
  try {
    await tables.write(table, [{ kind: 'delete', partitionKey, rowKey, etag }]);
    return true;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return error.reason === 'missing';
  }
}

/** A row as an error names it. */
export function nameOf(table: string, { partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>): string {
  return `the row ${table} ${partitionKey}/${rowKey}`;
}
