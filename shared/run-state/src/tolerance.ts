import { counted } from '@tally/contracts';
import type { Run, RunFailure, Tolerance } from './run.ts';

/**
 * Whether so many failed items are more than the run bears, and the failure to end it with.
 * @param failed failed items known so far: of one shard, or of all
 */
export function failureOverTolerance(run: Pick<Run, 'options' | 'total'>, failed: number): RunFailure | null {
  const limit = toleratedFailures(run.options.tolerance, run.total);
  if (failed <= limit) return null;
  // The counts go on until all are told to stop: what is known here is the least that has failed.
  const known = `at least ${counted(failed, 'item')} ${failed === 1 ? 'has' : 'have'} failed`;
  return { code: 'FailureToleranceExceeded', message: `${known}; the run tolerates ${limit} of ${run.total}` };
}

/** Whether the caller has said how many failed items are too many. */
export function hasTolerance({ options: { tolerance } }: Pick<Run, 'options'>): boolean {
  return tolerance.count !== undefined || tolerance.percentage !== undefined;
}

/** The smaller of both limits counts; a percentage is rounded down to whole items. */
function toleratedFailures(tolerance: Tolerance, total: number): number {
  const byShare = tolerance.percentage === undefined ? total : Math.floor((total * tolerance.percentage) / 100);
  return Math.min(tolerance.count ?? total, byShare);
}
