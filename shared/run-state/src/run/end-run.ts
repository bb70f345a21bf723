import { cutRunFailure } from '../cut-words.ts';
import { isOver, type NodeState, type NodeStates, planOf } from '../nodes/node-state.ts';
import { NO_WRITES } from '../nodes/run-records.ts';
import { stoppedNode } from '../nodes/verdict.ts';
import { headOf, type Run, type RunFailure } from './run.ts';
import type { RunDecision, RunEvent } from './run-events.ts';

/** Ends a run that never began: no closing node runs. */
export function endAtOnce(run: Run, failure: RunFailure, at: number): RunDecision {
  const error = cutRunFailure(failure);
  const nodes: NodeStates = Object.fromEntries(
    Object.entries(run.nodes).map(([name, state]): [string, NodeState] => [
      name,
      isOver(state) ? state : stoppedNode(state, at),
    ]),
  );
  const head = { ...headOf(run), nodes, epoch: run.epoch + 1, updatedAt: at };
  return {
    run: { ...head, status: 'Failed', endedAt: at, finalized: null, error },
    writes: NO_WRITES,
    history: [{ at, type: 'Failed', detail: { ...error } }],
    effects: [{ type: 'finalize' }],
  };
}

/** Items of all map nodes in their present rounds. */
export function totalOf(run: Pick<Run, 'nodes'>): number {
  return Object.values(run.nodes).reduce((sum, state) => sum + (planOf(state)?.total ?? 0), 0);
}

/**
 * Freezes the counts of all items, once all ledgers are closed (I6). From then on nothing of an ended run
 * changes. If its row is written again it only gets another version, which makes every write fail that was
 * decided before. Counts under an older epoch are those of an earlier end: the run was rewound since and has
 * ended again. The process that keeps that end counts again.
 */
export function finalizeRun(run: Run, event: Extract<RunEvent, { type: 'finalize' }>, at: number): RunDecision {
  const kept: RunDecision = { run, writes: NO_WRITES, history: [], effects: [] };
  if (run.status !== 'Completed' && run.status !== 'Failed' && run.status !== 'Terminated')
    return { ...kept, refused: 'not-ended' };
  if (event.epoch !== run.epoch) return { ...kept, refused: 'old-epoch' };
  const { succeeded, failed, again } = event;
  if (run.finalized !== null) return { ...kept, run: again ? { ...run, updatedAt: at } : run };
  // In a run whose rows contradict each other, more may be counted than it has.
  const finalized = { succeeded, failed, aborted: Math.max(0, totalOf(run) - succeeded - failed) };
  return { ...kept, run: { ...run, finalized, updatedAt: at } };
}
