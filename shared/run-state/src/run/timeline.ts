import type { Json } from '@tally/contracts';

/** What the lines of a run's timeline are about. */
export type HistoryType =
  | 'Started'
  | 'Running'
  | 'Suspended'
  | 'Resumed'
  | 'Rewound'
  | 'WindowSet'
  | 'NodesMoved'
  | 'ShardCounted'
  | 'VerdictGiven'
  | 'EventRaised'
  | 'Completed'
  | 'Failed'
  | 'Terminated';

/** A line of the run's timeline, as Tally writes it. */
export interface HistoryEntry {
  readonly at: number;
  readonly type: HistoryType;
  readonly detail?: Json | undefined;
}

/** A line as it was read. One whose row can't be read is marked by the code, and a person may have changed a row. */
export interface ReadEntry extends Omit<HistoryEntry, 'type'> {
  readonly type: HistoryType | 'RowUnreadable' | (string & Record<never, never>);
}
