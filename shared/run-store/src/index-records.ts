import { deadLetterOfRow, deadLetterRow } from './dead-letter-row.ts';
import { ConflictError, UnknownOutcomeError } from './errors.ts';
import { dayRow, liveOfRow, liveRow, purgeOfRow, purgeRow } from './index-rows.ts';
import { keyText, LIVE_PARTITION, PURGE_PARTITION, TABLES } from './keys.ts';
import type { LiveRow, RunStore } from './port.ts';
import type { Row, Tables } from './tables.ts';

type IndexRecords = Pick<
  RunStore<never, never, never>,
  | 'touchLive'
  | 'readLive'
  | 'listLive'
  | 'deleteLive'
  | 'indexByDay'
  | 'queuePurge'
  | 'listPurges'
  | 'insertDeadLetter'
  | 'listDeadLetters'
>;

/**
 * A row that is only ever inserted, deleted or touched is tried again this often where another writer came between or no answer
 * came: more than a few in a row means that the storage is down, which the caller should know.
 */
const TRIES = 5;

/** The rows by which runs are found, and the dead letters. */
export function createIndexRecords(tables: Tables): IndexRecords {
  /** Inserts a row whose content follows from its keys: one that is there already is as good. */
  async function insertOnce(table: string, row: Row): Promise<void> {
    await again(async () => {
      try {
        await tables.write(table, [{ kind: 'insert', row }]);
      } catch (error) {
        if (!(error instanceof ConflictError && error.reason === 'exists')) throw error;
      }
    });
  }

  async function readLive(runId: string): Promise<LiveRow | null> {
    const row = await tables.get(TABLES.index, LIVE_PARTITION, keyText(runId));
    return row === null ? null : liveOfRow(row);
  }

  return {
    readLive,

    async touchLive(runId, now) {
      return await again(async () => {
        const standing = await readLive(runId);
        const row = liveRow(runId, now);
        const [etag = ''] = await tables.write(TABLES.index, [
          standing === null ? { kind: 'insert', row } : { kind: 'merge', row, etag: standing.etag },
        ]);
        return { runId, touchedAt: now, etag };
      });
    },

    async *listLive() {
      for await (const row of tables.list(TABLES.index, { partitionKey: LIVE_PARTITION })) yield liveOfRow(row);
    },

    async deleteLive({ runId, etag }) {
      const keys = { partitionKey: LIVE_PARTITION, rowKey: keyText(runId) };
      try {
        await tables.write(TABLES.index, [{ kind: 'delete', ...keys, etag }]);
        return true;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        return error.reason === 'missing';
      }
    },

    async indexByDay(run) {
      await insertOnce(TABLES.index, dayRow(run));
    },

    async queuePurge(runId, gen, shards) {
      await insertOnce(TABLES.index, purgeRow({ runId, gen, shards }));
    },

    async *listPurges() {
      for await (const row of tables.list(TABLES.index, { partitionKey: PURGE_PARTITION })) yield purgeOfRow(row);
    },

    async insertDeadLetter(letter) {
      await insertOnce(TABLES.deadLetters, deadLetterRow(letter));
    },

    async *listDeadLetters(stage) {
      const rows = tables.list(TABLES.deadLetters, { partitionKey: keyText(stage) });
      for await (const row of rows) yield deadLetterOfRow(row);
    },
  };
}

/** Repeats what may be repeated: every such write leads to the same row. */
async function again<Value>(write: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      const isPassing = error instanceof ConflictError || error instanceof UnknownOutcomeError;
      if (!isPassing || tries === TRIES) throw error;
    }
  }
}
