import { keyText } from '@tally/contracts';
import { z } from 'zod';
import type { DeadLetterRow } from '../port.ts';
import type { Row } from '../tables/tables.ts';
import { BOUNDS, itemCount, word } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonText } from './cells.ts';
import { deadLetterKey, TABLES } from './keys.ts';

const deadLetterSchema = z.object({
  stage: word,
  time: isoTime,
  id: word,
  sourceQueue: word,
  body: z.string(),
  reason: z.string(),
  dequeueCount: z.number().int().min(0),
  runId: word.optional(),
  gen: word.optional(),
  items: jsonText(z.array(itemCount).max(BOUNDS.chunkItems).readonly()).optional(),
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
