import { ConflictError, UnknownOutcomeError } from '../tables/errors.ts';
import type { Row, Tables } from '../tables/tables.ts';

/**
 * A row that is only ever inserted, deleted or touched is tried again this often where another writer came between or no answer
 * came: more than a few in a row means that the storage is down, which the caller should know.
 */
const TRIES = 5;

/** Repeats what may be repeated: every such write leads to the same row. */
export async function again<Value>(write: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      const isPassing = error instanceof ConflictError || error instanceof UnknownOutcomeError;
      if (!isPassing || tries === TRIES) throw error;
    }
  }
}

/** Inserts a row, or writes the one that stands there anew, so that it is another one for whoever has read it before. */
export async function writeAnew(tables: Tables, table: string, row: Row): Promise<void> {
  await again(async () => {
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
  await again(async () => {
    try {
      await tables.write(table, [{ kind: 'insert', row }]);
    } catch (error) {
      if (!(error instanceof ConflictError && error.reason === 'exists')) throw error;
    }
  });
}
