import type { Json, RunStatus } from '@tally/contracts';

/**
 * How many failed items a run bears before it is failed. Where one of the two is given it alone decides; without, a run fails that has no good item
 * (settled join).
 */
export interface Tolerance {
  readonly count?: number | undefined;
  /** 0 to 100, of all items. */
  readonly percentage?: number | undefined;
}

/** A gate after the fan-in: the run waits for an external event before it ends. */
export interface GatePolicy {
  /** Name of the awaited event. */
  readonly event: string;
  readonly timeoutMs: number;
  readonly onTimeout: 'fail' | 'complete';
}

/** What the caller asked for beyond the items. */
export interface RunOptions {
  readonly tolerance: Tolerance;
  /** The instant (milliseconds since 1970) at which the run is ended as failed if it hasn't ended by itself. */
  readonly deadline?: number | undefined;
  /** How long that was from the start, in milliseconds. Kept once a rewind has set a later deadline, so that rewinds don't add up. */
  readonly givenMs?: number | undefined;
  readonly gate?: GatePolicy | undefined;
}

/** Where a run's gate stands. A run without one stays `absent`; `waiting` begins when all shards are counted. */
export type Gate =
  | { readonly state: 'absent' }
  | { readonly state: 'waiting'; readonly until: number }
  | { readonly state: 'passed'; readonly by: 'event' | 'timeout' };

export interface RunFailure {
  readonly code: string;
  readonly message: string;
}

/** What is known of a run in every status. Instants are milliseconds since 1970. */
export interface RunHead {
  readonly runId: string;
  /** Tells two runs of the same id apart. */
  readonly gen: string;
  /** The chain's name and version at the start. */
  readonly name: string;
  readonly chainVersion: number;
  /** The dispatch number, from 1; resume, terminate and rewind raise it. */
  readonly epoch: number;
  /** The epoch of the last rewind, 0 without one: a ledger of an earlier epoch has failed items to be opened again first. */
  readonly reopenEpoch: number;
  /** Items. */
  readonly total: number;
  readonly shards: number;
  /** Items a chunk holds at most. */
  readonly chunkItems: number;
  /** How many items may be claimed at once. */
  readonly window: number;
  /** The shards that have a marker, ascending: known here so that a share needs no second read. */
  readonly counted: readonly number[];
  readonly options: RunOptions;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What the caller sent, where it is small; else a summary of it. */
  readonly input: Json;
  readonly customStatus: Json;
  readonly traceparent?: string | undefined;
}

export type LiveRun =
  | (RunHead & { readonly status: 'Pending' })
  | (RunHead & { readonly status: 'Running'; readonly gate: Gate })
  | (RunHead & { readonly status: 'Suspended'; readonly gate: Gate; readonly reason: string | null });

/** What all ended runs carry: I5, nothing but housekeeping, a rewind or a restart touches them. */
interface Ended {
  readonly endedAt: number;
  /** Items that will get no result; known once housekeeping has closed every ledger. */
  readonly housed: { readonly succeeded: number; readonly failed: number; readonly aborted: number } | null;
}

export type EndedRun =
  | (RunHead & Ended & { readonly status: 'Completed'; readonly output: Json })
  | (RunHead & Ended & { readonly status: 'Failed'; readonly error: RunFailure })
  | (RunHead & Ended & { readonly status: 'Terminated'; readonly reason: string | null });

/** The run row, a union per status: a Failed run without an error can't be built. */
export type Run = LiveRun | EndedRun;
export type RunIn<Status extends RunStatus> = Extract<Run, { readonly status: Status }>;

/** A line of the run's timeline. */
export interface HistoryEntry {
  readonly at: number;
  readonly type: string;
  readonly detail?: Json | undefined;
}

/** The head of any run, without what belongs to its status. */
export function headOf(run: Run): RunHead {
  const { runId, gen, name, chainVersion, epoch, reopenEpoch, total, shards, chunkItems } = run;
  const { window, counted, options, createdAt, updatedAt, input, customStatus, traceparent } = run;
  return {
    ...{ runId, gen, name, chainVersion, epoch, reopenEpoch, total, shards, chunkItems },
    ...{ window, counted, options, createdAt, updatedAt, input, customStatus, traceparent },
  };
}

/**
 * The run's own time goes on: later than what its row says, whoever's clock is behind. Processes' clocks may be minutes apart.
 * @param now milliseconds since 1970, by the clock of whoever asks
 */
export function nextTimeOf(run: Pick<RunHead, 'updatedAt'>, now: number): number {
  return Math.max(now, run.updatedAt + 1);
}
