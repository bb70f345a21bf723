import { z } from 'zod';
import type { DeadLetterRow } from '../port.ts';
import type { Row } from '../tables/tables.ts';
import { count, decodeCells, encodeCells, isoTime, jsonText } from './cells.ts';
import { deadLetterKey, keyText, TABLES } from './keys.ts';

const deadLetterSchema = z.object({
  stage: z.string(),
  time: isoTime,
  id: z.string(),
  sourceQueue: z.string(),
  body: z.string(),
  reason: z.string(),
  dequeueCount: count,
  runId: z.string().optional(),
  gen: z.string().optional(),
  items: jsonText(z.array(count).readonly()).optional(),
});

/** A message's body may be twice as long as a property holds. */
const LONG = ['body', 'reason', 'items'];

export function deadLetterRow({ at, ...letter }: DeadLetterRow): Row {
  return {
    partitionKey: keyText(letter.stage),
    rowKey: deadLetterKey(at, letter.id),
    cells: encodeCells(deadLetterSchema, { ...letter, time: at }, LONG),
  };
}

/** @throws UnreadableRowError */
export function deadLetterOfRow(row: Row): DeadLetterRow {
  const { time, ...letter } = decodeCells(deadLetterSchema, TABLES.deadLetters, row, LONG);
  return { ...letter, at: time };
}
