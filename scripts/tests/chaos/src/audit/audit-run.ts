import type { KnownRun } from '../caller.ts';
import { REFUSED } from '../plans.ts';
import type { Effect } from '../works/recorder.ts';
import type { RecordedRun } from './account.ts';
import { haveAllFailed, photoFaults } from './audit-photos.ts';
import { workFaults } from './audit-work.ts';
import { moveFault } from './node-moves.ts';
import { timelineFault } from './timeline.ts';

/**
 * Faults of a run that is at rest. The list is empty if there are none.
 * @param effects the work of its handlers, in all its generations
 */
export function auditRun(known: KnownRun, recorded: RecordedRun, effects: readonly Effect[] = []): string[] {
  const { run, timeline, strays, dayRows } = recorded;
  const { plan } = known;
  const faults = [
    ...(plan.chain === 'face-happiness' ? photoFaults(plan, recorded) : workFaults(plan, recorded, effects)),
    ...nodeFaults(recorded),
    ...endFaults(known, recorded),
    ...strays.map((row) => `I8: rows of an older generation are left: ${row}`),
  ];
  if (run.purgedTime !== undefined) faults.push('its purge was begun and never ended');
  if (run.owed.length > 0) faults.push(`I6: it owes dead letters: ${JSON.stringify(run.owed)}`);
  const disorder = timelineFault(timeline) ?? moveFault(plan.chain, recorded);
  if (disorder !== null) faults.push(`the timeline is not in order: ${disorder}`);
  // A run that was given up before its first line has no lines, and its chain is unknown.
  const wasWritten = timeline.some(({ type }) => type === 'Started');
  if (wasWritten && run.name !== plan.chain) faults.push(`it is of the chain ${run.name}, not ${plan.chain}`);
  if (wasWritten && dayRows.length !== 1)
    faults.push(`it has ${dayRows.length} lines in the listing: ${dayRows.join()}`);
  return faults.map((fault) => `run ${recorded.id} (${run.status}): ${fault}`);
}

/**
 * No node is still out. A run completes when all its nodes have ended. If it ends otherwise, it stops the
 * nodes that were out.
 */
function nodeFaults({ run }: RecordedRun): string[] {
  const isTerminated = run.status === 'Terminated';
  return Object.entries(run.nodes).flatMap(([name, { state }]) => {
    const isOver = state === 'ended' || (state === 'stopped' && run.status !== 'Completed');
    return isOver ? [] : [`node ${name} is ${state}${isTerminated ? ' although the run is terminated' : ''}`];
  });
}

/** The run ended because a caller asked for it or its work caused it. */
function endFaults({ plan, done, isAcknowledged, isStartUnclear }: KnownRun, recorded: RecordedRun): string[] {
  const { run } = recorded;
  if (run.status === 'Completed') return [];
  if (run.status === 'Terminated') return done.has('terminate') ? [] : ['it was not terminated by a caller'];
  const { code = 'none' } = run.error ?? {};
  const mayEndSo: Readonly<Record<string, boolean>> = {
    IntakeInterrupted: isStartUnclear || !isAcknowledged,
    DeadlineExceeded: plan.deadlineMs !== null,
    ...(plan.chain === 'face-happiness'
      ? {
          FailureToleranceExceeded: plan.options.toleratedFailureCount !== undefined,
          Rejected: done.has('reject'),
          GateTimeout: plan.options.approval?.onTimeout === 'fail',
          AllItemsFailed: haveAllFailed(plan, recorded),
        }
      : // That its node has really failed so the node's own audit sees.
        { [REFUSED]: true, HandlerFailed: true, TypeError: true, Poisoned: true }),
  };
  return mayEndSo[code] === true ? [] : [`it failed with ${code} without a reason`];
}
