import { withoutSecrets } from '@tally/contracts';
import { BrokenRowError } from '@tally/run-store';
import type { WatchReport } from './watch-runs.ts';

/** Runs that a log line names. The others are counted. */
const RUNS_NAMED = 10;
/** One line is enough for a run's error. It names the row and the column. */
const REASON_MAX_CHARS = 300;

/**
 * What the log says about the runs that a pass could not watch, in one line however many they are.
 * @returns null where there are none; `error`: the first that isn't about a row, with its stack
 */
export function aboutFailed({ failed }: Pick<WatchReport, 'failed'>): Readonly<Record<string, unknown>> | null {
  if (failed.length === 0) return null;
  const runs = failed.slice(0, RUNS_NAMED).map(({ runId, error }) => ({
    runId,
    reason: withoutSecrets(String(error)).slice(0, REASON_MAX_CHARS),
  }));
  const other = failed.find(({ error }) => !(error instanceof BrokenRowError));
  return { count: failed.length, runs, ...(other !== undefined && { error: other.error }) };
}
