import { type Json, keyText, textOfKey } from '@tally/contracts';
import type { HistoryEntry } from '@tally/run-state';
import { z } from 'zod';
import type { Row } from '../tables/tables.ts';
import { generation } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonText } from './cells.ts';
import { eventKey, TABLES } from './keys.ts';

/** An external event that arrived, for one generation of a run. */
export interface StoredEvent {
  readonly gen: string;
  readonly at: number;
  /** The body as it came. */
  readonly body: string;
}

// JSON, so that empty and blank bodies are stored like any other.
const eventSchema = z.object({ gen: generation, time: isoTime, body: jsonText(z.string()) });
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

/**
 * The event as a line of the timeline, `EventRaised` with its name and what it brought: the row itself is the only record of it.
 * @throws UnreadableRowError
 */
export function raisedOfRow(row: Row): { gen: string; entry: HistoryEntry } {
  const { gen, at, body } = eventOfRow(row);
  const detail = { name: textOfKey(row.rowKey.slice(eventKey('').length)), input: parsedBody(body) };
  return { gen, entry: { at, type: 'EventRaised', detail } };
}

function parsedBody(body: string): Json {
  const parsed = jsonText(z.json()).safeParse(body);
  return parsed.success ? parsed.data : body;
}
