import type { ReadEntry } from '@tally/run-state';
import { UnreadableRowError } from '../tables/row-errors.ts';
import type { Row } from '../tables/tables.ts';
import { generationColumn } from './bounds.ts';
import { columnOf, isoTime } from './cells.ts';
import { eventOfRow, raisedLine } from './event-row.ts';
import { historyOfRow } from './history-row.ts';
import { eventOfKey, instantOfHistoryKey } from './keys.ts';

/** A line of a run's timeline, of an event's row or a row of its own. */
export interface TimelineLine {
  /** Undefined: it can't be read, and the line counts as the present run's. */
  readonly generation: string | undefined;
  readonly entry: ReadEntry;
}

/**
 * A line as its row says. Nothing depends on a line, so one that can't be read is marked in its place and
 * hides no other.
 * @param from when the run was created: of a line without a time
 */
export function timelineLine(row: Row, from: number): TimelineLine {
  const key = eventOfKey(row.rowKey);
  try {
    if (key === null) return historyOfRow(row);
    const { generation, name, event } = eventOfRow(row);
    return { generation, entry: raisedLine(name, event) };
  } catch (error) {
    if (!(error instanceof UnreadableRowError)) throw error;
    const { code, place, column } = error;
    const at = instantOfHistoryKey(row.rowKey) ?? columnOf(row, 'time', isoTime) ?? from;
    return {
      generation: key?.generation ?? columnOf(row, 'gen', generationColumn),
      entry: { at, type: code, detail: { ...place, column, code } },
    };
  }
}
