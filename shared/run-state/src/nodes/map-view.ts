import type { RunStatus } from '@tally/contracts';
import type { Run, RunHead, RunOptions, Tolerance } from '../run/run.ts';
import { type MapPlan, type NodeRound, planOf } from './node-state.ts';

/** What the rules of a shard see: a map node of a run, as if it were all of the run. */
export interface MapView extends Pick<RunHead, 'runId' | 'generation' | 'epoch' | 'traceparent'> {
  readonly node: string;
  readonly since: number;
  /** The run's status. `Completed` for a node that has ended or was stopped in a run that goes on. */
  readonly status: RunStatus;
  /** The epoch of the last rewind that went on in this round. */
  readonly reopenEpoch: number;
  readonly total: number;
  readonly shards: number;
  readonly chunkItems: number;
  readonly window: number;
  /** The widest window that the round has had. */
  readonly widest: number;
  readonly counted: readonly number[];
  readonly tolerance: Tolerance;
  readonly options: Pick<RunOptions, 'deadline'>;
}

/** A round of a map node as its shards see it; null: the run has no such round. */
export function mapViewOf(run: Run, { node, since }: NodeRound): MapView | null {
  const state = run.nodes[node];
  const plan = planOf(state);
  if (state === undefined || plan === undefined || state.since !== since) return null;
  const status = state.state === 'open' || !isMoving(run) ? run.status : 'Completed';
  return viewOf(run, { node, since }, plan, status);
}

/** All map nodes of the run in their present rounds. */
export function mapViewsOf(run: Run): MapView[] {
  return Object.entries(run.nodes).flatMap(([node, { since }]) => mapViewOf(run, { node, since }) ?? []);
}

/**
 * A round that the run has left behind, for a process that closes or counts its rows. Only its number of
 * shards is known.
 */
export function formerViewOf(run: Run, { node, since, shards }: NodeRound & { readonly shards: number }): MapView {
  const plan = { total: 0, shards, chunkItems: 1, window: 1, counted: [], digest: '', reopened: 0, tolerance: {} };
  return viewOf(run, { node, since }, plan, run.status);
}

function viewOf(run: Run, { node, since }: NodeRound, plan: MapPlan, status: RunStatus): MapView {
  const { runId, generation, epoch, traceparent, options } = run;
  const { total, shards, chunkItems, window, counted, reopened, tolerance } = plan;
  return {
    ...{ runId, generation, epoch, traceparent, node, since, status },
    ...{ total, shards, chunkItems, window, widest: plan.widest ?? window, counted, reopenEpoch: reopened },
    ...{ tolerance, options: { deadline: options.deadline } },
  };
}

function isMoving({ status }: Run): boolean {
  return status === 'Running' || status === 'Suspended' || status === 'Pending';
}
