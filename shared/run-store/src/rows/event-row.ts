import { anyJson, keyText } from '@tally/contracts';
import type { HistoryEntry, RaisedEvent } from '@tally/run-state';
import * as z from 'zod';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row } from '../tables/tables.ts';
import { generationColumn } from './bounds.ts';
import { decodeCells, encodeCells, isoTime, jsonText, placeOf } from './cells.ts';
import { eventKey, eventOfKey, TABLES } from './keys.ts';
import type { Generation } from './value-rows.ts';

const eventSchema = z.object({
  gen: generationColumn,
  time: isoTime,
  payload: jsonText(anyJson),
  reason: z.string().optional(),
});
const LONG = ['payload'];

/** An event that arrived, for one generation of a run. */
export function eventRow({ runId, generation }: Generation, name: string, { at, payload, reason }: RaisedEvent): Row {
  const cells = encodeCells(eventSchema, { gen: generation, time: at, payload, reason }, LONG);
  return { partitionKey: keyText(runId), rowKey: eventKey(generation, name), cells };
}

/** @throws UnreadableRowError */
export function eventOfRow(row: Row): {
  readonly generation: string;
  readonly name: string;
  readonly event: RaisedEvent;
} {
  const { gen: generation, time, payload, reason } = decodeCells(eventSchema, TABLES.runs, row, LONG);
  const key = eventOfKey(row.rowKey);
  if (key === null || key.generation !== generation)
    throw new UnreadableRowError(placeOf(TABLES.runs, row), 'gen', 'not the generation of its key');
  return { generation, name: key.name, event: { at: time, payload, ...(reason !== undefined && { reason }) } };
}

/**
 * An event as a line of the timeline, with its name, its payload and its reason. As long as its row stands,
 * the timeline has no other record of it.
 */
export function raisedLine(name: string, { at, payload, reason }: RaisedEvent): HistoryEntry {
  return { at, type: 'EventRaised', detail: { name, input: payload, ...(reason !== undefined && { reason }) } };
}
