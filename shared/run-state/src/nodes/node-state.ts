import type { RunFailure, Tolerance } from '../run/failure.ts';

/** One opening of a node. */
interface Round {
  /**
   * The run's epoch at which it was opened (R1). It is in the keys of all rows of the node, and in its
   * messages.
   */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

/** How the items of a map node are cut (R2), and which of its shards are counted. */
export interface MapPlan {
  /** Items. */
  readonly total: number;
  readonly shards: number;
  /** Most items per chunk. */
  readonly chunkItems: number;
  /** How many items may be claimed at once (R11). */
  readonly window: number;
  /** The widest window that the round has had; absent: the present one. */
  readonly widest?: number | undefined;
  /** The shards whose summary counts, ascending. */
  readonly counted: readonly number[];
  /** Digest of the items, so that a process that writes a missing ledger can't write other items. */
  readonly digest: string;
  /**
   * The epoch of the last rewind that went on in this round, 0 without one. In a ledger of an earlier epoch,
   * failed items must first be opened again.
   */
  readonly reopened: number;
  readonly tolerance: Tolerance;
}

/** A task whose message is out: the run row is its ledger. */
export interface TaskOut extends Round {
  readonly state: 'out';
  /** I7: the dispatch that its message is of. */
  readonly epoch: number;
  /** When it was claimed or last sent by repair. */
  readonly at: number;
  /** How often repair has sent it again. */
  readonly sends: number;
  /** I4: the token of the message whose commit put the claim here or sent its retry. */
  readonly by: string;
  /** Which try is out, from 1. */
  readonly attempt: number;
  /** How often the task has asked to be called again; absent: never. */
  readonly calls?: number | undefined;
  /** A retry, or a further call, waits until this instant. */
  readonly notBefore?: number | undefined;
}

export interface MapOpen extends Round {
  readonly state: 'open';
  readonly by: string;
  readonly map: MapPlan;
}

export interface Waiting extends Round {
  readonly state: 'waiting';
  /** When it ends without the event, or the instant that it waits for; null: never. */
  readonly until: number | null;
  readonly by: string;
}

/** A run of another chain works for the node. */
export interface ChildOut extends Round {
  readonly state: 'child';
  readonly runId: string;
  readonly epoch: number;
  readonly at: number;
  readonly sends: number;
  readonly by: string;
}

export type NodeOutcome = 'succeeded' | 'failed' | 'timedOut' | 'skipped';

/** What an ended or stopped node keeps of its work. */
interface Worked {
  readonly endedAt: number;
  /** Of a task: the tries that it took. */
  readonly attempts?: number | undefined;
  /** Of a map: its plan, and the counts of its items. */
  readonly map?: MapPlan | undefined;
  readonly counts?: { readonly succeeded: number; readonly failed: number } | undefined;
  /** Of a child node. */
  readonly runId?: string | undefined;
}

/**
 * Where its output is kept depends on the kind: a task's in the task's row, all others in a row of their own.
 */
export interface NodeEnded extends Round, Worked {
  readonly state: 'ended';
  readonly outcome: NodeOutcome;
  /** Of a failed node. */
  readonly error?: RunFailure | undefined;
  /** Why it was skipped, for people. */
  readonly why?: string | undefined;
}

/** The verdict came while it was out: nothing of it counts any more (R3). */
export interface NodeStopped extends Round, Worked {
  readonly state: 'stopped';
}

/** Where a node stands, in the run row. A node that isn't due yet is absent. */
export type NodeState = TaskOut | MapOpen | Waiting | ChildOut | NodeEnded | NodeStopped;
export type NodeStates = Readonly<Record<string, NodeState>>;

/** A node, and which of its openings. */
export interface NodeRound {
  readonly node: string;
  readonly since: number;
}

/** Names what is kept of a round of a node beside the run row: `<node>.<since>`. */
export function roundKey({ node, since }: NodeRound): string {
  return `${node}.${since}`;
}

/** Whether nothing of the node is out any more. */
export function isOver(state: NodeState): state is NodeEnded | NodeStopped {
  return state.state === 'ended' || state.state === 'stopped';
}

/** The plan of a map node in any state; undefined: it is no map, or was skipped. */
export function planOf(state: NodeState | undefined): MapPlan | undefined {
  return state !== undefined && 'map' in state ? state.map : undefined;
}
