import { keyText } from '@tally/contracts';
import type { LiveRow, RunStore } from '../port.ts';
import { liveOfRow, liveRow, purgeOfRow, purgeRow } from '../rows/index-rows.ts';
import { generationKey, LIVE_PARTITION, PURGE_PARTITION, TABLES } from '../rows/keys.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/patience.ts';
import type { Tables } from '../tables/tables.ts';
import { writeAnew } from './repeated-writes.ts';

type IndexRecords = Pick<
  RunStore,
  'touchLive' | 'readLive' | 'listLive' | 'noteLive' | 'deleteLive' | 'queuePurge' | 'listPurges' | 'deletePurge'
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
      return await retrying(tables, async () => {
        const standing = await readLive(runId);
        const forStart = by === 'start' || (standing?.forStart ?? false);
        const touched = { runId, touchedAt: now, forStart, brokenPasses: 0, quietUntil: 0 };
        const row = liveRow(standing === null ? { runId, touchedAt: now, forStart } : touched);
        try {
          const [etag = ''] = await tables.write(TABLES.index, [
            standing === null ? { kind: 'insert', row } : { kind: 'merge', row, etag: standing.etag },
          ]);
          return { ...touched, etag };
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
          // Another has touched it since it was read here, which is as good: of many starts of one id at once each would have to try for long.
          const found = await readLive(runId);
          if (found === null || found.etag === standing?.etag || (by === 'start' && !found.forStart)) throw error;
          return found;
        }
      });
    },

    async *listLive() {
      for await (const row of tables.list(TABLES.index, { partitionKey: LIVE_PARTITION })) {
        const live = liveOfRow(row);
        if (live !== null) yield live;
      }
    },

    async noteLive({ etag, ...live }, noted) {
      try {
        await tables.write(TABLES.index, [{ kind: 'merge', row: liveRow({ ...live, ...noted }), etag }]);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // touched, deleted, or noted by another
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
