import { keyText, textOfKey } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import * as z from 'zod';
import type { DayRow, LiveRow, PurgeNote } from '../stored.ts';
import type { Row, StoredRow } from '../tables/tables.ts';
import { BOUNDS, countTo, generationColumn } from './bounds.ts';
import { columnOf, encodeCells, isoTime } from './cells.ts';
import {
  CURSORS_PARTITION,
  DAYS_PARTITION,
  dayKey,
  dayOf,
  dayOfDaysKey,
  dayPartition,
  daysKey,
  generationKey,
  instantOfDayKey,
  livePartition,
  PURGE_PARTITION,
} from './keys.ts';
import { openedSchema } from './run-row.ts';

/*
 * The rows of the index only point. Each is read by its key, which holds all that it points to. A column that
 * can't be read has a default that makes nothing worse. So no such row hides the rows beside it from a list,
 * or from a pass over all of them. A row with a key that Tally doesn't write is skipped: null.
 */

const liveSchema = z.object({
  touchedTime: isoTime,
  forStart: z.boolean().optional(),
  brokenPasses: countTo(BOUNDS.tries).optional(),
  quietUntil: isoTime.optional(),
});

/** @param live what is absent of it stays as it is; without `place` it is a new row */
export function liveRow({ runId, touchedAt, place, ...rest }: LiveColumns): Row {
  const cells = encodeCells(liveSchema, { touchedTime: touchedAt, ...rest });
  const keys = place === undefined ? { partitionKey: livePartition(runId), rowKey: keyText(runId) } : keysOfLive(place);
  return { ...keys, cells };
}

type LiveColumns = Pick<LiveRow, 'runId' | 'touchedAt' | 'forStart'> &
  Partial<Pick<LiveRow, 'brokenPasses' | 'quietUntil' | 'place'>>;

type Keys = Pick<Row, 'partitionKey' | 'rowKey'>;

/**
 * Places sort like the rows: a partition's name holds no blank, and the blank sorts before all that it does
 * hold.
 */
export function placeOfLive({ partitionKey, rowKey }: Keys): string {
  return `${partitionKey} ${rowKey}`;
}

/** The keys of the live row at a place. */
export function keysOfLive(place: string): Keys {
  const end = place.indexOf(' ');
  return { partitionKey: place.slice(0, end), rowKey: place.slice(end + 1) };
}

/** A time that can't be read counts as long ago: it only serves to leave young runs alone. */
export function liveOfRow(row: StoredRow): LiveRow | null {
  const runId = textOfKey(row.rowKey);
  if (keyText(runId) !== row.rowKey) return null;
  const { touchedTime, forStart, brokenPasses, quietUntil } = liveSchema.shape;
  return {
    runId,
    place: placeOfLive(row),
    touchedAt: columnOf(row, 'touchedTime', touchedTime) ?? 0,
    forStart: columnOf(row, 'forStart', forStart) ?? true,
    brokenPasses: columnOf(row, 'brokenPasses', brokenPasses) ?? 0,
    quietUntil: columnOf(row, 'quietUntil', quietUntil) ?? 0,
    etag: row.etag,
  };
}

/** @param place empty: the next pass begins at the beginning */
export function cursorRow(name: string, place: string): Row {
  return { partitionKey: CURSORS_PARTITION, rowKey: name, cells: { place } };
}

export function placeOfCursor({ cells: { place } }: StoredRow): string {
  return typeof place === 'string' ? place : '';
}

const daySchema = z.object({ runId: z.string(), gen: z.string(), name: z.string(), createdTime: isoTime });

export function dayRow({
  runId,
  generation,
  name,
  createdAt,
}: Pick<Run, 'runId' | 'generation' | 'name' | 'createdAt'>): Row {
  return {
    partitionKey: dayPartition(dayOf(createdAt)),
    rowKey: dayKey(createdAt, runId, generation),
    cells: encodeCells(daySchema, { runId, gen: generation, name, createdTime: createdAt }),
  };
}

export function dayOfRow({ rowKey }: StoredRow): DayRow | null {
  const createdAt = instantOfDayKey(rowKey);
  const named = createdAt === null ? null : generationOfKey(rowKey.slice(rowKey.indexOf('-') + 1));
  return createdAt === null || named === null ? null : { ...named, createdAt, key: rowKey };
}

const daysSchema = z.object({ day: z.string() });

export function daysRow(day: string): Row {
  return { partitionKey: DAYS_PARTITION, rowKey: daysKey(day), cells: encodeCells(daysSchema, { day }) };
}

export function dayOfDaysRow({ rowKey }: StoredRow): string | null {
  return dayOfDaysKey(rowKey);
}

const purgeSchema = z.object({ runId: z.string(), gen: z.string(), opened: openedSchema });
const PURGE_LONG = ['opened'];

/** It may be merged into a note that stands. */
export function purgeRow({ runId, generation, opened }: Omit<PurgeNote, 'etag' | 'key'>): Row {
  const cells = encodeCells(purgeSchema, { runId, gen: generation, opened }, PURGE_LONG, true);
  return { partitionKey: PURGE_PARTITION, rowKey: generationKey(runId, generation), cells };
}

/**
 * A note that doesn't say what was opened doesn't tell which rows must be deleted: it is skipped, and stays.
 */
export function purgeOfRow(row: StoredRow): PurgeNote | null {
  const named = generationOfKey(row.rowKey);
  const opened = columnOf(row, 'opened', purgeSchema.shape.opened, PURGE_LONG);
  return named === null || opened === undefined ? null : { ...named, opened, key: row.rowKey, etag: row.etag };
}

/** The inverse of {@link generationKey}. */
function generationOfKey(key: string): { runId: string; generation: string } | null {
  const end = key.lastIndexOf(':');
  const runId = textOfKey(key.slice(0, Math.max(0, end)));
  const generation = generationColumn.safeParse(key.slice(end + 1));
  return generation.success && generationKey(runId, generation.data) === key
    ? { runId, generation: generation.data }
    : null;
}
