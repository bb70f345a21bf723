import { keyText } from '@tally/contracts';
import type { LiveRow, RunStore } from '../port.ts';
import { keysOfLive, liveOfRow, liveRow, placeOfLive } from '../rows/index-rows.ts';
import { FORMER_LIVE_PARTITION, LIVE_PARTITIONS, livePartition, TABLES } from '../rows/keys.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/patience.ts';
import type { RowQuery, Tables } from '../tables/tables.ts';
import { deleteAsRead } from './repeated-writes.ts';

type LiveRecords = Pick<RunStore, 'touchLive' | 'readLive' | 'listLive' | 'noteLive' | 'deleteLive'>;

/** The rows that say which runs have unfinished work. */
export function createLiveRecords(tables: Tables): LiveRecords {
  async function readIn(partitionKey: string, runId: string): Promise<LiveRow | null> {
    const row = await tables.get(TABLES.index, partitionKey, keyText(runId));
    return row === null ? null : liveOfRow(row);
  }

  /**
   * A row that an older Tally has touched counts as long as there is no other. If it is the second one, the
   * list finds it.
   */
  async function readLive(runId: string): Promise<LiveRow | null> {
    return (await readIn(livePartition(runId), runId)) ?? (await readIn(FORMER_LIVE_PARTITION, runId));
  }

  /** @returns null where there is one */
  async function insert(runId: string, touchedAt: number, forStart: boolean): Promise<LiveRow | null> {
    const row = liveRow({ runId, touchedAt, forStart });
    try {
      const [etag = ''] = await tables.write(TABLES.index, [{ kind: 'insert', row }]);
      return liveOfRow({ ...row, etag });
    } catch (error) {
      if (error instanceof ConflictError && error.reason === 'exists') return null;
      throw error;
    }
  }

  return {
    readLive,

    async touchLive(runId, now, by) {
      const isStart = by === 'start';
      return await retrying(tables, async () => {
        // Most runs have none yet: nothing is read to learn that.
        const inserted = await insert(runId, now, isStart);
        if (inserted !== null) return inserted;
        const standing = await readIn(livePartition(runId), runId);
        // Deleted in between: the next try inserts it.
        if (standing === null) throw new ConflictError(0, 'missing');
        const forStart = isStart || standing.forStart;
        const touched = { ...standing, touchedAt: now, forStart, brokenPasses: 0, quietUntil: 0 };
        try {
          const write = { kind: 'merge', row: liveRow(touched), etag: standing.etag } as const;
          const [etag = ''] = await tables.write(TABLES.index, [write]);
          return { ...touched, etag };
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
          // Another process has touched it since it was read here, which is as good. Otherwise many starts of
          // one id at once would each have to try for long.
          const found = await readIn(livePartition(runId), runId);
          if (found === null || found.etag === standing.etag || (isStart && !found.forStart)) throw error;
          return found;
        }
      });
    },

    async *listLive({ after, limit } = {}) {
      let behind = after;
      // Rows that aren't Tally's are skipped, and others read in their place. Fewer than the limit mean that
      // there are no more.
      for (let left = limit ?? Number.POSITIVE_INFINITY, isThrough = false; left > 0 && !isThrough; ) {
        let [rows, lives] = [0, 0];
        for (const query of queriesBehind(behind)) {
          if (rows === left) break;
          const part = { ...query, limit: limit === undefined ? undefined : left - rows };
          for await (const row of tables.list(TABLES.index, part)) {
            rows += 1;
            behind = placeOfLive(row);
            const live = liveOfRow(row);
            if (live === null) continue;
            lives += 1;
            yield live;
          }
        }
        isThrough = rows < left;
        left -= lives;
      }
    },

    async noteLive({ etag, ...live }, noted) {
      try {
        await tables.write(TABLES.index, [{ kind: 'merge', row: liveRow({ ...live, ...noted }), etag }]);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // touched, deleted, or noted by another
      }
    },

    deleteLive: ({ place, etag }) => deleteAsRead(tables, TABLES.index, { ...keysOfLive(place), etag }),
  };
}

/**
 * The rest of the place's partition, then all others. These are two queries, since the service would scan the
 * whole table for one with an `or`.
 */
function queriesBehind(place: string | undefined): RowQuery[] {
  if (place === undefined) return [{ partitionKey: LIVE_PARTITIONS }];
  const { partitionKey, rowKey } = keysOfLive(place);
  // The smallest key behind another is that one and a blank: keys hold no control characters.
  return [{ partitionKey, from: `${rowKey} ` }, { partitionKey: { ...LIVE_PARTITIONS, from: `${partitionKey} ` } }];
}
