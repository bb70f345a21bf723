import { keyText } from '@tally/contracts';
import { keysOfLive, liveOfRow, liveRow, placeOfLive } from '../rows/index-rows.ts';
import { FORMER_LIVE_PARTITION, LIVE_PARTITIONS, livePartition, TABLES } from '../rows/keys.ts';
import type { LiveRow } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import { retrying } from '../tables/retrying.ts';
import type { RowQuery, Tables } from '../tables/tables.ts';
import { deleteAsRead } from './repeated-writes.ts';

/** The rows that say which runs have unfinished work. */
export function createLiveRecords(tables: Tables) {
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

    /** Inserts the run's live row, or sets its time again. @param by what is about to bring a run to life */
    async touchLive(runId: string, now: number, by: 'start' | 'rewind'): Promise<LiveRow> {
      const isStart = by === 'start';
      return await retrying(tables, `touch the live row of run ${runId}`, async () => {
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

    /** In the order of their places, after `after`. A run that an older Tally touched may have a second row. */
    async *listLive({
      after,
      limit,
    }: {
      readonly after?: string | undefined;
      readonly limit?: number | undefined;
    } = {}): AsyncIterable<LiveRow> {
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

    /** Notes what a pass has found, as the row was read; nothing where it was written since. */
    async noteLive(
      { etag, ...live }: LiveRow,
      noted: Partial<Pick<LiveRow, 'brokenPasses' | 'quietUntil'>>,
    ): Promise<void> {
      try {
        await tables.write(TABLES.index, [{ kind: 'merge', row: liveRow({ ...live, ...noted }), etag }]);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // touched, deleted, or noted by another
      }
    },

    /** Under If-Match: a rewind that touched it meanwhile keeps it. False where it was touched. */
    deleteLive: ({ place, etag }: LiveRow): Promise<boolean> =>
      deleteAsRead(tables, TABLES.index, { ...keysOfLive(place), etag }),
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
