import type { Json } from '@tally/contracts';
import type { Chance, Effect } from '../effects.ts';
import type { ShardSummary } from '../ledger.ts';
import type { FinishedShard } from '../nodes/count-shard.ts';
import type { NodeRound } from '../nodes/node-state.ts';
import type { TaskHead, TaskTry } from '../nodes/record-task.ts';
import type { PoisonedTask } from '../nodes/repair-tasks.ts';
import type { RecordWrites } from '../nodes/run-records.ts';
import type { QueueLook } from '../queue-look.ts';
import type { Refusal } from '../refusal.ts';
import type { HistoryEntry, Run, RunFailure } from './run.ts';

export type RunEvent =
  /** All rows of the run are written. */
  | { readonly type: 'ready' }
  /** The start was cut short and its time is over. */
  | { readonly type: 'interrupt' }
  /** A delivery of a task's message, with the outcome of its try; null: nothing was tried. */
  | { readonly type: 'task'; readonly message: TaskHead; readonly tried: TaskTry | null }
  /** A task's message that the host has given up. */
  | ({ readonly type: 'poison' } & PoisonedTask)
  /** The outcome of a child run. */
  | (NodeRound & { readonly type: 'child'; readonly ended: ChildEnd })
  /** A finished shard, as its ledger stands. */
  | ({ readonly type: 'count'; readonly token: string } & FinishedShard)
  /** All shards of a map node are counted: end it. Needs all of its summaries. */
  | (NodeRound & { readonly type: 'advance-map'; readonly token: string; readonly summaries: readonly ShardSummary[] })
  /** A map node can't go on. */
  | (NodeRound & { readonly type: 'fail-node'; readonly failure: RunFailure })
  /** The deadline is over, or nothing of the run can succeed. */
  | { readonly type: 'fail'; readonly failure: RunFailure }
  /** A caller raises an event. */
  | { readonly type: 'raise'; readonly name: string; readonly payload: Json; readonly reason?: string | undefined }
  /** A process looks at the run: a wait may be due. `token`: of the message that caused the look. */
  | { readonly type: 'look'; readonly token?: string | undefined }
  /** A watchdog's pass over tasks and waits. `looks`: by node. */
  | { readonly type: 'repair'; readonly looks: ReadonlyMap<string, QueueLook> }
  /** A dead letter about a task is kept. */
  | (NodeRound & { readonly type: 'task-outbox-delivered'; readonly at: number })
  | { readonly type: 'suspend'; readonly reason: string | null }
  | { readonly type: 'resume'; readonly reason: string | null }
  | { readonly type: 'terminate'; readonly reason: string | null }
  | { readonly type: 'rewind'; readonly reason: string | null }
  /** Sets another window, in items, for all map nodes. */
  | { readonly type: 'set-window'; readonly window: number }
  /**
   * Every ledger is closed under this epoch of the run; these are their final counts. `again`: the row is
   * written even where it has them already.
   */
  | {
      readonly type: 'finalize';
      readonly epoch: number;
      readonly succeeded: number;
      readonly failed: number;
      readonly again: boolean;
    };

export type ChildEnd =
  | { readonly status: 'succeeded'; readonly output: Json }
  | { readonly status: 'failed'; readonly error: RunFailure };

export interface RunDecision {
  readonly run: Run;
  /** The rows beside it that change in the same transaction. */
  readonly writes: RecordWrites;
  /** Lines of the timeline, inserted in the same transaction. */
  readonly history: readonly HistoryEntry[];
  readonly effects: readonly Effect[];
  readonly refused?: Refusal | undefined;
  /** When what was refused as too early can be believed, in milliseconds since 1970. */
  readonly from?: number | undefined;
}

/** What a decision needs beside the run itself. */
export interface Circumstances {
  /** Milliseconds since 1970, by the clock of the deciding process. */
  readonly now: number;
  readonly chance: Chance;
}
