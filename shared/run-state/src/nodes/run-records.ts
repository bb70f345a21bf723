import type { Json } from '@tally/contracts';
import type { ShardSummary } from '../ledger.ts';
import type { Run } from '../run/run.ts';
import { type NodeRound, type NodeState, roundKey } from './node-state.ts';

/** A task's row. */
export interface TaskRecord {
  /** As it was evaluated when the node opened. */
  readonly input: Json;
  /** What the last "call me again" left. */
  readonly state?: Json | undefined;
  /** Its result. Once there, it stands (I1), whichever epoch wrote it. */
  readonly result?: Json | undefined;
}

/** An event that was raised. */
export interface RaisedEvent {
  readonly payload: Json;
  readonly at: number;
  /** Why, in the caller's words. */
  readonly reason?: string | undefined;
}

/** What is kept of a run beside its row, read together with the row. */
export interface RunRecords {
  /** What callbacks see as `run.input`. */
  readonly input: Json;
  /** By {@link roundKey}. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  /** Outputs of maps, waits and children, by {@link roundKey}. */
  readonly outputs: ReadonlyMap<string, Json>;
  /** By name. The first of a name counts. */
  readonly events: ReadonlyMap<string, RaisedEvent>;
}

/** A run row with what is kept beside it: the basis of a decision about the run. */
export interface WholeRun {
  readonly run: Run;
  readonly records: RunRecords;
}

/** The rows beside the run row that a decision changes, in the same transaction. */
export interface RecordWrites {
  /** Inserted. */
  readonly tasks: readonly (NodeRound & Pick<TaskRecord, 'input'>)[];
  /** Merged into the task's row, which was read. */
  readonly taskChanges: readonly (NodeRound & Pick<TaskRecord, 'state' | 'result'>)[];
  /** Inserted, or replaces the output of an earlier end of the same round. */
  readonly outputs: readonly (NodeRound & { readonly output: Json })[];
  /** Stored, where no event of the name is. */
  readonly event?: (RaisedEvent & { readonly name: string }) | undefined;
  /** I1: a shard is counted. Replaces a summary that a rewind has made void. */
  readonly summary?: (NodeRound & { readonly summary: ShardSummary }) | undefined;
  /** Used up: they are read no more, and their lines of the timeline stay. */
  readonly dropEvents: readonly string[];
}

export const NO_WRITES: RecordWrites = { tasks: [], taskChanges: [], outputs: [], dropEvents: [] };

/** The output of a node that has succeeded; undefined where its row isn't there. */
export function outputOf(records: RunRecords, node: string, { since }: Pick<NodeState, 'since'>): Json | undefined {
  const key = roundKey({ node, since });
  // An output may be null.
  return records.outputs.has(key) ? records.outputs.get(key) : records.tasks.get(key)?.result;
}
