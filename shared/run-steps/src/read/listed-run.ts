import type { RunStatus } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { UnreadableRowError, UnreadableRun, Versioned } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';

/**
 * A run whose row can't be read, as a list shows it. It is marked, so that it is visible and doesn't hide the
 * others.
 */
export interface UnreadableListed extends Pick<Run, 'runId' | 'name' | 'createdAt' | 'updatedAt'> {
  /**
   * Failed, because the run can't go on. For a run that another version of Tally wrote, what its row says.
   */
  readonly status: RunStatus;
  readonly unreadable: UnreadableRowError;
}
export type ListedRun = Run | UnreadableListed;

/** @param known what the row that pointed at the run says */
export function listedOf(
  { registry }: Pick<StepContext, 'registry'>,
  { runId, createdAt }: Pick<Run, 'runId' | 'createdAt'>,
  row: Versioned<Run> | UnreadableRun,
): ListedRun {
  if (!('error' in row)) return row.value;
  const { error, name = registry.chains[0]?.name ?? '', updatedAt = createdAt, status = 'Failed' } = row;
  return { runId, name, createdAt, updatedAt, status: error.isOfAnotherVersion ? status : 'Failed', unreadable: error };
}
