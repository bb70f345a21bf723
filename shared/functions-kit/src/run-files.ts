import { connectBlobs, containers, runFolder } from '@tally/blobs';
import type { StorageConnection } from '@tally/contracts';
import type { RunFiles } from '@tally/run-steps';

/** The files of runs in the product's account. */
export function runFiles(connection: StorageConnection): RunFiles {
  const store = connectBlobs(connection);
  return {
    deleteRun: async ({ runId, gen }) => {
      await store.deleteFolder(containers.runs, runFolder({ run: runId, generation: gen }));
    },
  };
}
