import type { RunStore, Versioned } from '../port.ts';
import { cursorRow, placeOfCursor, purgeOfRow, purgeRow } from '../rows/index-rows.ts';
import { CURSORS_PARTITION, generationKey, PURGE_PARTITION, TABLES } from '../rows/keys.ts';
import { ConflictError } from '../tables/errors.ts';
import type { RowWrite, Tables } from '../tables/tables.ts';
import { readLines } from './read-lines.ts';
import { deleteAsRead, writeAnew } from './repeated-writes.ts';

type IndexRecords = Pick<RunStore, 'queuePurge' | 'listPurges' | 'deletePurge' | 'readCursor' | 'moveCursor'>;

/** The rows that say which rows must be deleted, and how far the passes over many have come. */
export function createIndexRecords(tables: Tables): IndexRecords {
  async function readCursor(name: string): Promise<Versioned<string> | null> {
    const row = await tables.get(TABLES.index, CURSORS_PARTITION, name);
    return row === null ? null : { value: placeOfCursor(row), etag: row.etag };
  }

  return {
    async queuePurge(runId, gen, opened) {
      await writeAnew(tables, TABLES.index, purgeRow({ runId, gen, opened }));
    },

    listPurges({ after } = {}) {
      const from = after === undefined ? undefined : `${after} `;
      return readLines(tables, TABLES.index, { partitionKey: PURGE_PARTITION, from }, purgeOfRow);
    },

    deletePurge: ({ runId, gen, etag }) =>
      deleteAsRead(tables, TABLES.index, { partitionKey: PURGE_PARTITION, rowKey: generationKey(runId, gen), etag }),

    readCursor,

    async moveCursor(name, before, place) {
      const row = cursorRow(name, place);
      const write: RowWrite = before === null ? { kind: 'insert', row } : { kind: 'replace', row, etag: before.etag };
      try {
        const [etag = ''] = await tables.write(TABLES.index, [write]);
        return { value: place, etag };
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        return await readCursor(name);
      }
    },
  };
}
