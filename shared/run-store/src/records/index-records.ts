import type { OpenedMap } from '@tally/run-state';
import { cursorRow, placeOfCursor, purgeOfRow, purgeRow } from '../rows/index-rows.ts';
import { CURSORS_PARTITION, generationKey, PURGE_PARTITION, TABLES } from '../rows/keys.ts';
import type { PurgeNote, Versioned } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import type { RowWrite, Tables } from '../tables/tables.ts';
import { readLines } from './read-lines.ts';
import { deleteAsRead, writeAnew } from './repeated-writes.ts';

/** The rows that say which rows must be deleted, and how far the passes over many have come. */
export function createIndexRecords(tables: Tables) {
  /** How far a pass over many has come; null: there was none. An empty place is the beginning. */
  async function readCursor(name: string): Promise<Versioned<string> | null> {
    const row = await tables.get(TABLES.index, CURSORS_PARTITION, name);
    return row === null ? null : { value: placeOfCursor(row), etag: row.etag };
  }

  return {
    /** Notes a generation to purge once its run row is marked or replaced. A standing note is rewritten. */
    async queuePurge(runId: string, generation: string, opened: readonly OpenedMap[]): Promise<void> {
      await writeAnew(tables, TABLES.index, purgeRow({ runId, generation, opened }));
    },

    /** `after`: those behind the note of this key. */
    listPurges({ after }: { readonly after?: string | undefined } = {}): AsyncIterable<PurgeNote> {
      const from = after === undefined ? undefined : `${after} `;
      return readLines(tables, TABLES.index, { partitionKey: PURGE_PARTITION, from }, purgeOfRow);
    },

    /** Deletes a note as it was read; false where it was written again since. */
    deletePurge: ({ runId, generation, etag }: PurgeNote): Promise<boolean> =>
      deleteAsRead(tables, TABLES.index, {
        partitionKey: PURGE_PARTITION,
        rowKey: generationKey(runId, generation),
        etag,
      }),

    readCursor,

    /** Conditional on what was read (I8): a move by another pass stays. @returns the cursor that stands then */
    async moveCursor(name: string, before: Versioned<string> | null, place: string): Promise<Versioned<string> | null> {
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
