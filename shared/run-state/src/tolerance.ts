import { counted, type TallyFailure } from '@tally/contracts';
import type { Tolerance } from './run/run.ts';

/**
 * Whether this many failed items are more than the run tolerates, and the failure to end it with.
 * @param failed failed items known so far: of one shard, or of all
 */
export function failureOverTolerance(
  { tolerance, total }: { readonly tolerance: Tolerance; readonly total: number },
  failed: number,
): TallyFailure | null {
  const limit = toleratedFailures(tolerance, total);
  if (failed <= limit) return null;
  // The counts go on until every worker is told to stop: at least this many have failed.
  const known = `at least ${counted(failed, 'item')} ${failed === 1 ? 'has' : 'have'} failed`;
  return { code: 'FailureToleranceExceeded', message: `${known}; the run tolerates ${limit} of ${total}` };
}

/** Whether the caller, or the chain, has said how many failed items are too many. */
export function hasTolerance({ tolerance }: { readonly tolerance: Tolerance }): boolean {
  return tolerance.count !== undefined || tolerance.percentage !== undefined;
}

/** The smaller of both limits counts; a percentage is rounded down to whole items. */
function toleratedFailures(tolerance: Tolerance, total: number): number {
  const byShare = tolerance.percentage === undefined ? total : Math.floor((total * tolerance.percentage) / 100);
  return Math.min(tolerance.count ?? total, byShare);
}
