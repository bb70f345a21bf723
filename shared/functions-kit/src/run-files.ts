import { BlobMissingError, type BlobStore, connectBlobs, containers, isBlobName, runFolder } from '@tally/blobs';
import type { StorageConnection } from '@tally/contracts';
import { noFiles, type RunFiles } from '@tally/run-steps';

/** Where runs put what they make. What callers bring is not among it: whoever starts a run may name any of that. */
const MADE: readonly string[] = [containers.runs, containers.library];

/** The files of runs in the product's account; connected when the first run is purged, or the first file opened, for most apps that could never do. */
export function runFiles(connection: StorageConnection): RunFiles {
  if (!hasBlobs(connection)) return noFiles;
  let store: BlobStore | undefined;
  const connected = () => {
    store ??= connectBlobs(connection);
    return store;
  };
  return {
    deleteRun: async ({ runId, gen }) => {
      await connected().deleteFolder(containers.runs, runFolder({ run: runId, generation: gen }));
    },
    isOwn: ({ runId, gen }, { container, name }) => {
      const folder = runFolder({ run: runId, generation: gen });
      // Files of the library outlive their run, and are named after it.
      const isNamedAfter = name.startsWith(`${folder}/`) || name.startsWith(`${folder}.`);
      return MADE.includes(container) && isNamedAfter && isBlobName(name);
    },
    link: async (file, validMs) => {
      try {
        await connected().head(file);
      } catch (error) {
        if (error instanceof BlobMissingError) return null;
        throw error;
      }
      return await connected().link(file, validMs);
    },
  };
}

/** A connection string that names queues and tables only, as an emulator without its blob service gives: no chain keeps files there. */
function hasBlobs(connection: StorageConnection): boolean {
  if (connection.kind === 'identity') return connection.blobServiceUri !== undefined;
  const { value } = connection;
  return !/(?:Queue|Table)Endpoint=/i.test(value) || /BlobEndpoint=/i.test(value);
}
