import type { Run } from '@tally/run-state';
import { z } from 'zod';
import { count, decodeCells, encodeCells, isoTime } from './cells.ts';
import {
  dayKey,
  dayPartition,
  generationKey,
  keyText,
  LIVE_PARTITION,
  PURGE_PARTITION,
  TABLES,
  textOfKey,
} from './keys.ts';
import type { LiveRow } from './port.ts';
import type { Row, StoredRow } from './tables.ts';

const liveSchema = z.object({ touchedTime: isoTime });

export function liveRow(runId: string, touchedAt: number): Row {
  const cells = encodeCells(liveSchema, { touchedTime: touchedAt });
  return { partitionKey: LIVE_PARTITION, rowKey: keyText(runId), cells };
}

/** @throws UnreadableRowError */
export function liveOfRow(row: StoredRow): LiveRow {
  const { touchedTime } = decodeCells(liveSchema, TABLES.index, row);
  return { runId: textOfKey(row.rowKey), touchedAt: touchedTime, etag: row.etag };
}

const daySchema = z.object({ runId: z.string(), gen: z.string(), name: z.string(), createdTime: isoTime });

export function dayRow({ runId, gen, name, createdAt }: Run): Row {
  return {
    partitionKey: dayPartition(createdAt),
    rowKey: dayKey(createdAt, runId, gen),
    cells: encodeCells(daySchema, { runId, gen, name, createdTime: createdAt }),
  };
}

const purgeSchema = z.object({ runId: z.string(), gen: z.string(), shards: count });
type Purge = z.infer<typeof purgeSchema>;

export function purgeRow(purge: Purge): Row {
  const cells = encodeCells(purgeSchema, purge);
  return { partitionKey: PURGE_PARTITION, rowKey: generationKey(purge.runId, purge.gen), cells };
}

/** @throws UnreadableRowError */
export function purgeOfRow(row: Row): Purge {
  return decodeCells(purgeSchema, TABLES.index, row);
}
