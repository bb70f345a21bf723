import type { StepContext } from '../context/context.ts';
import { forgetWorkers } from '../read/read-topology.ts';
import { finishPurges } from './purge-run.ts';
import { retireLetters } from './retire-letters.ts';
import { retireRuns } from './retire-runs.ts';

/**
 * How long each part of a pass may take. Together that is well below the ten minutes after which the host
 * ends the pass.
 */
const PURGES_MS = 60_000;
const RETENTION_MS = 150_000;
const LETTERS_MS = 30_000;

/** The result of a pass over what is to be deleted. */
export interface PurgeDueReport {
  /** Runs purged because their retention is over. */
  readonly retired: number;
  /** Whether there was time for everything. The next pass goes on with the rest. */
  readonly isWhole: boolean;
  /** What could not be deleted, with the error. A later pass tries again. */
  readonly failed: readonly { readonly runId: string; readonly error: unknown }[];
}

/**
 * Deletes what is due: rows that purges and restarts have left, runs and dead letters whose retention is
 * over, and rows of processes that are gone.
 * @param retentionMs runs that ended longer ago are purged; absent: none
 */
export async function purgeDue(
  context: StepContext,
  { retentionMs }: { readonly retentionMs?: number | undefined } = {},
): Promise<PurgeDueReport> {
  const failed: { runId: string; error: unknown }[] = [];
  const onFailed = (runId: string, error: unknown) => failed.push({ runId, error });
  let isWhole = await finishPurges(context, PURGES_MS, onFailed);
  await forgetWorkers(context);
  if (retentionMs === undefined) return { retired: 0, isWhole, failed };
  const { retired, isWhole: isRetired } = await retireRuns(context, retentionMs, RETENTION_MS, onFailed);
  isWhole &&= isRetired;
  isWhole &&= await retireLetters(context, retentionMs, LETTERS_MS, onFailed);
  return { retired, isWhole, failed };
}
