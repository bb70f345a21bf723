import { keyText, textOfKey } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import { z } from 'zod';
import type { DayRow, LiveRow, PurgeNote } from '../port.ts';
import type { Row, StoredRow } from '../tables/tables.ts';
import { BOUNDS, countTo } from './bounds.ts';
import { decodeCells, encodeCells, isoTime } from './cells.ts';
import {
  DAYS_PARTITION,
  dayKey,
  dayOf,
  dayPartition,
  daysKey,
  generationKey,
  LIVE_PARTITION,
  PURGE_PARTITION,
  TABLES,
} from './keys.ts';

const liveSchema = z.object({ touchedTime: isoTime, forStart: z.boolean().optional() });

export function liveRow(runId: string, touchedAt: number, forStart: boolean): Row {
  const cells = encodeCells(liveSchema, { touchedTime: touchedAt, forStart });
  return { partitionKey: LIVE_PARTITION, rowKey: keyText(runId), cells };
}

/** @throws UnreadableRowError */
export function liveOfRow(row: StoredRow): LiveRow {
  const { touchedTime, forStart = true } = decodeCells(liveSchema, TABLES.index, row);
  return { runId: textOfKey(row.rowKey), touchedAt: touchedTime, forStart, etag: row.etag };
}

const daySchema = z.object({ runId: z.string(), gen: z.string(), name: z.string(), createdTime: isoTime });

export function dayRow({ runId, gen, name, createdAt }: Pick<Run, 'runId' | 'gen' | 'name' | 'createdAt'>): Row {
  return {
    partitionKey: dayPartition(dayOf(createdAt)),
    rowKey: dayKey(createdAt, runId, gen),
    cells: encodeCells(daySchema, { runId, gen, name, createdTime: createdAt }),
  };
}

/** @throws UnreadableRowError */
export function dayOfRow(row: StoredRow): DayRow {
  const { runId, gen, createdTime } = decodeCells(daySchema, TABLES.index, row);
  return { runId, gen, createdAt: createdTime, key: row.rowKey };
}

const daysSchema = z.object({ day: z.string() });

export function daysRow(day: string): Row {
  return { partitionKey: DAYS_PARTITION, rowKey: daysKey(day), cells: encodeCells(daysSchema, { day }) };
}

/** @throws UnreadableRowError */
export function dayOfDaysRow(row: StoredRow): string {
  return decodeCells(daysSchema, TABLES.index, row).day;
}

const purgeSchema = z.object({ runId: z.string(), gen: z.string(), shards: countTo(BOUNDS.shards) });

export function purgeRow(purge: Omit<PurgeNote, 'etag'>): Row {
  const cells = encodeCells(purgeSchema, purge);
  return { partitionKey: PURGE_PARTITION, rowKey: generationKey(purge.runId, purge.gen), cells };
}

/** @throws UnreadableRowError */
export function purgeOfRow(row: StoredRow): PurgeNote {
  return { ...decodeCells(purgeSchema, TABLES.index, row), etag: row.etag };
}
