import type { RunStatus } from '@tally/contracts';
import type { Run } from '@tally/run-state';
import type { UnreadableRowError, UnreadableRun, Versioned } from '@tally/run-store';
import type { StepContext } from '../context/context.ts';

/** A run whose row can't be read, as a list shows it: marked, so that it neither hides nor keeps the others from being seen. */
export interface UnreadableListed extends Pick<Run, 'runId' | 'name' | 'createdAt' | 'updatedAt'> {
  /** Nothing comes of it any more; of one that a newer Tally has written, what its row says. */
  readonly status: RunStatus;
  readonly unreadable: UnreadableRowError;
}
export type ListedRun = Run | UnreadableListed;

/** @param known what the row that pointed at the run's tells */
export function listedOf(
  { registry }: Pick<StepContext, 'registry'>,
  { runId, createdAt }: Pick<Run, 'runId' | 'createdAt'>,
  row: Versioned<Run> | UnreadableRun,
): ListedRun {
  if (!('error' in row)) return row.value;
  const { error, name = registry.chains[0]?.name ?? '', updatedAt = createdAt, status = 'Failed' } = row;
  return { runId, name, createdAt, updatedAt, status: error.isOfAnotherVersion ? status : 'Failed', unreadable: error };
}
