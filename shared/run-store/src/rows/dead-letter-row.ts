import { keyText, textOfKey } from '@tally/contracts';
import * as z from 'zod';
import type { DeadLetterRow, UnreadableLetter } from '../stored.ts';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row } from '../tables/tables.ts';
import { BOUNDS, itemCount, word } from './bounds.ts';
import { columnOf, decodeCells, encodeCells, isoTime, jsonList } from './cells.ts';
import { deadLetterKey, letterOfKey, TABLES } from './keys.ts';

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
  items: jsonList(itemCount, BOUNDS.chunkItems).optional(),
});

/** A message's body may be twice as long as a property holds. */
const LONG = ['body', 'reason', 'items'];

export function deadLetterRow({ at, generation, ...letter }: DeadLetterRow): Row {
  return {
    partitionKey: keyText(letter.stage),
    rowKey: deadLetterKey(at, letter.id),
    cells: encodeCells(deadLetterSchema, { ...letter, gen: generation, time: at }, LONG),
  };
}

/**
 * A letter by its key, by which a caller discards it, and by its columns; or what is known of one that can't
 * be read. Null where the key is none of {@link deadLetterKey}'s.
 */
export function lookAtLetter(row: Row): DeadLetterRow | UnreadableLetter | null {
  const key = letterOfKey(row.rowKey);
  if (key === null) return null;
  const named = { ...key, stage: textOfKey(row.partitionKey) };
  try {
    const { time: _, gen, ...letter } = decodeCells(deadLetterSchema, TABLES.deadLetters, row, LONG);
    return { ...letter, ...named, generation: gen };
  } catch (error) {
    if (!(error instanceof UnreadableRowError)) throw error;
    const { runId, gen, sourceQueue } = deadLetterSchema.shape;
    return {
      ...named,
      error,
      sourceQueue: columnOf(row, 'sourceQueue', sourceQueue) ?? '',
      runId: columnOf(row, 'runId', runId),
      generation: columnOf(row, 'gen', gen),
    };
  }
}
