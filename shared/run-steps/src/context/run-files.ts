import type { Run } from '@tally/run-state';

/** What the purge needs to know of files. */
export interface RunFiles {
  /** Deletes all files of a generation of a run; none is fine. */
  readonly deleteRun: (run: Pick<Run, 'runId' | 'gen'>) => Promise<void>;
}

/** Of an account in which no chain keeps files. */
export const noFiles: RunFiles = { deleteRun: async () => {} };
