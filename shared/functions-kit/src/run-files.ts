import { BlobMissingError, type BlobStore, connectBlobs, containers, isBlobName, runFolder } from '@tally/blobs';
import type { StorageConnection } from '@tally/contracts';
import { noFiles, type RunFiles } from '@tally/run-steps';

/**
 * The containers for files that runs make. Files that callers bring are excluded: a caller that starts a run
 * may name any of those.
 */
const MADE: readonly string[] = [containers.runs, containers.library];

/**
 * The files of runs in Tally's account. The connection is made when the first run is purged or the first file
 * opened: most apps never do either.
 */
export function runFiles(connection: StorageConnection): RunFiles {
  if (!hasBlobs(connection)) return noFiles;
  let store: BlobStore | undefined;
  const connected = () => {
    store ??= connectBlobs(connection);
    return store;
  };
  return {
    deleteRun: async ({ runId, generation }) => {
      await connected().deleteFolder(containers.runs, runFolder({ run: runId, generation }));
    },
    isOwn: ({ runId, generation }, { container, name }) => {
      const folder = runFolder({ run: runId, generation });
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

/**
 * Tells whether the account has blobs. A connection string may name queues and tables only, as for an
 * emulator without its blob service. No chain keeps files there.
 */
function hasBlobs(connection: StorageConnection): boolean {
  if (connection.kind === 'identity') return connection.blobServiceUri !== undefined;
  const { value } = connection;
  return !/(?:Queue|Table)Endpoint=/i.test(value) || /BlobEndpoint=/i.test(value);
}
