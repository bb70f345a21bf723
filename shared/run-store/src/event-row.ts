import { z } from 'zod';
import { decodeCells, encodeCells, isoTime, jsonText } from './cells.ts';
import { eventKey, keyText, TABLES } from './keys.ts';
import type { Row } from './tables.ts';

/** An external event that arrived, for one generation of a run. */
export interface StoredEvent {
  readonly gen: string;
  readonly at: number;
  /** The body as it came. */
  readonly body: string;
}

// JSON, so that empty and blank bodies are stored like any other.
const eventSchema = z.object({ gen: z.string(), time: isoTime, body: jsonText(z.string()) });
const LONG = ['body'];

export function eventRow(runId: string, name: string, { gen, at, body }: StoredEvent): Row {
  const cells = encodeCells(eventSchema, { gen, time: at, body }, LONG);
  return { partitionKey: keyText(runId), rowKey: eventKey(name), cells };
}

/** @throws UnreadableRowError */
export function eventOfRow(row: Row): StoredEvent {
  const { gen, time, body } = decodeCells(eventSchema, TABLES.runs, row, LONG);
  return { gen, at: time, body };
}
