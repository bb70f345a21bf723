import { keyText, textOfKey } from '@tally/contracts';
import * as z from 'zod';
import { columnOf, encodeCells, isoTime } from '../rows/cells.ts';
import { TABLES, WORKERS_PARTITION } from '../rows/keys.ts';
import type { Versioned, WorkerRow } from '../stored.ts';
import { ConflictError } from '../tables/errors.ts';
import type { Row, RowWrite, StoredRow, Tables } from '../tables/tables.ts';

const workerSchema = z.object({ stage: z.string(), process: z.string(), since: isoTime, lastSeen: isoTime });

/** The processes that were seen at work. */
export function createWorkerRecords(tables: Tables) {
  return {
    /** Inserts a process's row (`etag` null) or replaces the version last written. @returns the new ETag */
    async beat(worker: WorkerRow, etag: string | null): Promise<string> {
      const row = workerRow(worker);
      const write: RowWrite = etag === null ? { kind: 'insert', row } : { kind: 'replace', row, etag };
      const [written = ''] = await tables.write(TABLES.index, [write]);
      return written;
    },

    async *listWorkers(): AsyncIterable<Versioned<WorkerRow>> {
      const rows = tables.list(TABLES.index, { partitionKey: WORKERS_PARTITION });
      for await (const row of rows) {
        const value = workerOfRow(row);
        if (value !== null) yield { value, etag: row.etag };
      }
    },

    /** Under If-Match; one that was seen again meanwhile stays. */
    async deleteWorker({ value, etag }: Versioned<WorkerRow>): Promise<void> {
      const { partitionKey, rowKey } = workerRow(value);
      try {
        await tables.write(TABLES.index, [{ kind: 'delete', partitionKey, rowKey, etag }]);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // it has been seen again, or is gone
      }
    },
  };
}

function workerRow({ stage, process, since, lastSeen }: WorkerRow): Row {
  const cells = encodeCells(workerSchema, { stage, process, since, lastSeen });
  return { partitionKey: WORKERS_PARTITION, rowKey: `${keyText(stage)}:${keyText(process)}`, cells };
}

/** By its key; one whose times can't be read was never seen. Null where the key is none of a worker's. */
function workerOfRow(row: StoredRow): WorkerRow | null {
  const end = row.rowKey.indexOf(':');
  if (end === -1) return null;
  const { since, lastSeen } = workerSchema.shape;
  return {
    stage: textOfKey(row.rowKey.slice(0, end)),
    process: textOfKey(row.rowKey.slice(end + 1)),
    since: columnOf(row, 'since', since) ?? 0,
    lastSeen: columnOf(row, 'lastSeen', lastSeen) ?? 0,
  };
}
