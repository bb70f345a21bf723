import { type BlobStore, connectBlobs, containers, runFolder } from '@tally/blobs';
import type { StorageConnection } from '@tally/contracts';
import { noFiles, type RunFiles } from '@tally/run-steps';

/** The files of runs in the product's account; connected when the first run is purged, for most apps that could purge never do. */
export function runFiles(connection: StorageConnection): RunFiles {
  if (!hasBlobs(connection)) return noFiles;
  let store: BlobStore | undefined;
  return {
    deleteRun: async ({ runId, gen }) => {
      store ??= connectBlobs(connection);
      await store.deleteFolder(containers.runs, runFolder({ run: runId, generation: gen }));
    },
  };
}

/** A connection string that names queues and tables only, as an emulator without its blob service gives: no chain keeps files there. */
function hasBlobs(connection: StorageConnection): boolean {
  if (connection.kind === 'identity') return connection.blobServiceUri !== undefined;
  const { value } = connection;
  return !/(?:Queue|Table)Endpoint=/i.test(value) || /BlobEndpoint=/i.test(value);
}
