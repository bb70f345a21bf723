import type { Json, RunStatus } from '@tally/contracts';
import type { NodeStates } from '../nodes/node-state.ts';
import type { RunFailure, Tolerance } from './failure.ts';

export type { RunFailure, Tolerance } from './failure.ts';
export type { HistoryEntry, ReadEntry } from './timeline.ts';

/** What the caller asked for beyond the input. */
export interface RunOptions {
  /** For all map nodes; without a limit the chain's own tolerance holds. */
  readonly tolerance: Tolerance;
  /** Items that a map node may have claimed at once; absent: the chain's default. */
  readonly window?: number | undefined;
  /**
   * The instant (milliseconds since 1970) at which the run is ended as failed if it hasn't ended by itself.
   */
  readonly deadline?: number | undefined;
  /**
   * How long the deadline was from the start, in milliseconds. It is kept once a rewind has set a later
   * deadline, so that rewinds don't add up.
   */
  readonly givenMs?: number | undefined;
}

/** How the run will end, once its closing nodes are done (R3). */
export type Verdict =
  | { readonly status: 'completed'; readonly output: Json }
  | { readonly status: 'failed'; readonly error: RunFailure; readonly node?: string | undefined };

/** A verdict as a line of the timeline shows it. */
export function verdictDetail(verdict: Verdict): Json {
  if (verdict.status === 'completed') return null;
  const { error, node } = verdict;
  return { ...error, ...(node !== undefined && { node }) };
}

/** A round of a map node that was opened: where the purge finds its rows. */
export interface OpenedMap {
  readonly node: string;
  readonly since: number;
  readonly shards: number;
}

/**
 * I6: a dead letter about a task that was given up. It is noted with what it is about, and leaves the outbox
 * when it is kept.
 */
export interface OutboxTaskLetter {
  readonly node: string;
  readonly since: number;
  readonly at: number;
  readonly reason: string;
}

/** The run and the node that a child run works for. */
export interface Parent {
  readonly runId: string;
  readonly generation: string;
  readonly node: string;
  readonly since: number;
}

/** What is known of a run in every status. Instants are milliseconds since 1970. */
export interface RunHead {
  readonly runId: string;
  /** Tells two runs of the same id apart. */
  readonly generation: string;
  /** The chain's name and version at the start. */
  readonly name: string;
  readonly chainVersion: number;
  /** The dispatch number, from 1; resume, terminate, rewind and a failed verdict raise it. */
  readonly epoch: number;
  readonly nodes: NodeStates;
  /** R1: all rounds of map nodes of this generation. */
  readonly opened: readonly OpenedMap[];
  readonly outbox: readonly OutboxTaskLetter[];
  readonly options: RunOptions;
  readonly createdAt: number;
  readonly updatedAt: number;
  /**
   * What the caller sent, if it is small; else a summary of it. For people; callbacks see the run's input
   * row.
   */
  readonly input: Json;
  readonly traceparent?: string | undefined;
  readonly parent?: Parent | undefined;
}

export type LiveRun =
  | (RunHead & { readonly status: 'Pending' })
  | (RunHead & { readonly status: 'Running'; readonly verdict: Verdict | null })
  | (RunHead & { readonly status: 'Suspended'; readonly verdict: Verdict | null; readonly reason: string | null });

/** What all ended runs carry. I5: only finalization, a rewind or a restart changes them. */
interface Ended {
  readonly endedAt: number;
  /** The counts of the items of all map nodes; known once finalization has closed every ledger. */
  readonly finalized: { readonly succeeded: number; readonly failed: number; readonly aborted: number } | null;
}

export type EndedRun =
  | (RunHead & Ended & { readonly status: 'Completed'; readonly output: Json })
  | (RunHead & Ended & { readonly status: 'Failed'; readonly error: RunFailure })
  | (RunHead & Ended & { readonly status: 'Terminated'; readonly reason: string | null });

/** The run row, a union per status: a Failed run without an error can't be built. */
export type Run = LiveRun | EndedRun;
export type RunIn<Status extends RunStatus> = Extract<Run, { readonly status: Status }>;

/** A run whose nodes move. */
export type MovingRun = RunIn<'Running' | 'Suspended'>;

/** The head of any run, without what belongs to its status. */
export function headOf(run: Run): RunHead {
  const { runId, generation, name, chainVersion, epoch, nodes, opened, outbox, options } = run;
  const { createdAt, updatedAt, input, traceparent, parent } = run;
  return {
    ...{ runId, generation, name, chainVersion, epoch, nodes, opened, outbox, options },
    ...{ createdAt, updatedAt, input, traceparent, parent },
  };
}

/**
 * The next instant of the run's own time: later than what its row says, even if the caller's clock is behind.
 * Clocks of processes may be minutes apart.
 * @param now milliseconds since 1970, by the caller's clock
 */
export function nextTimeOf(run: Pick<RunHead, 'updatedAt'>, now: number): number {
  return Math.max(now, run.updatedAt + 1);
}
