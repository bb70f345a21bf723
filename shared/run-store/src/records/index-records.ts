import { keyText } from '@tally/contracts';
import type { LiveRow, RunStore } from '../port.ts';
import { liveOfRow, liveRow, purgeOfRow, purgeRow } from '../rows/index-rows.ts';
import { generationKey, LIVE_PARTITION, PURGE_PARTITION, TABLES } from '../rows/keys.ts';
import { ConflictError } from '../tables/errors.ts';
import type { Tables } from '../tables/tables.ts';
import { again, writeAnew } from './repeated-writes.ts';

type IndexRecords = Pick<
  RunStore,
  'touchLive' | 'readLive' | 'listLive' | 'noteBroken' | 'deleteLive' | 'queuePurge' | 'listPurges' | 'deletePurge'
>;

/** The rows that say what is still to be done. */
export function createIndexRecords(tables: Tables): IndexRecords {
  async function readLive(runId: string): Promise<LiveRow | null> {
    const row = await tables.get(TABLES.index, LIVE_PARTITION, keyText(runId));
    return row === null ? null : liveOfRow(row);
  }

  /** @returns false where the row was written since it was read */
  async function deleteAsRead(partitionKey: string, rowKey: string, etag: string): Promise<boolean> {
    try {
      await tables.write(TABLES.index, [{ kind: 'delete', partitionKey, rowKey, etag }]);
      return true;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return error.reason === 'missing';
    }
  }

  return {
    readLive,

    async touchLive(runId, now, by) {
      return await again(async () => {
        const standing = await readLive(runId);
        const forStart = by === 'start' || (standing?.forStart ?? false);
        const row = liveRow(runId, now, forStart, standing === null ? undefined : 0);
        try {
          const [etag = ''] = await tables.write(TABLES.index, [
            standing === null ? { kind: 'insert', row } : { kind: 'merge', row, etag: standing.etag },
          ]);
          return { runId, touchedAt: now, forStart, brokenPasses: 0, etag };
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
          // Another has touched it since it was read here, which is as good: of many starts of one id at once each would have to try for long.
          const touched = await readLive(runId);
          if (touched === null || touched.etag === standing?.etag || (by === 'start' && !touched.forStart)) throw error;
          return touched;
        }
      });
    },

    async *listLive() {
      for await (const row of tables.list(TABLES.index, { partitionKey: LIVE_PARTITION })) {
        const live = liveOfRow(row);
        if (live !== null) yield live;
      }
    },

    async noteBroken({ runId, touchedAt, forStart, etag }, passes) {
      try {
        await tables.write(TABLES.index, [{ kind: 'merge', row: liveRow(runId, touchedAt, forStart, passes), etag }]);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // touched, deleted, or noted by another pass
      }
    },

    deleteLive: ({ runId, etag }) => deleteAsRead(LIVE_PARTITION, keyText(runId), etag),

    async queuePurge(runId, gen, opened) {
      await writeAnew(tables, TABLES.index, purgeRow({ runId, gen, opened }));
    },

    async *listPurges() {
      for await (const row of tables.list(TABLES.index, { partitionKey: PURGE_PARTITION })) {
        const note = purgeOfRow(row);
        if (note !== null) yield note;
      }
    },

    deletePurge: ({ runId, gen, etag }) => deleteAsRead(PURGE_PARTITION, generationKey(runId, gen), etag),
  };
}
