import { anyJson, keyText } from '@tally/contracts';
import type { HistoryEntry, ReadEntry } from '@tally/run-state';
import * as z from 'zod';
import type { Row } from '../tables/tables.ts';
import { generationColumn, word } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonText } from './cells.ts';
import { historyKey, TABLES } from './keys.ts';

const historySchema = z.object({
  /** A restart of the same id leaves the older timeline in the partition. */
  gen: generationColumn,
  time: isoTime,
  type: word,
  detail: jsonText(anyJson).optional(),
});

/** @param n tells entries of one millisecond apart */
export function historyRow(runId: string, generation: string, { at, type, detail }: HistoryEntry, n: number): Row {
  const cells = encodeCells(historySchema, { gen: generation, time: at, type, detail }, ['detail']);
  return { partitionKey: keyText(runId), rowKey: historyKey(at, n), cells };
}

/** @throws UnreadableRowError */
export function historyOfRow(row: Row): { generation: string; entry: ReadEntry } {
  const { gen: generation, time, type, detail } = decodeCells(historySchema, TABLES.runs, row, ['detail']);
  return { generation, entry: detail === undefined ? { at: time, type } : { at: time, type, detail } };
}
