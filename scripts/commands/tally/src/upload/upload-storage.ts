import { type BlobStore, connectBlobs } from '@tally/blobs';
import { readStorageFile, UsageError } from '@tally/start';
import type { TargetSystem } from '../target-system.ts';

export interface UploadStorageOptions {
  /** Absolute path of a file with a connection string. */
  readonly storageFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The blobs of a system. The API takes no files, so they go directly to its storage account.
 * @throws UsageError when that account isn't known
 */
export function storageOf(target: TargetSystem, { storageFile, env }: UploadStorageOptions): BlobStore {
  const value =
    storageFile === undefined ? (target.storage ?? (env['TallyStorage'] || undefined)) : readStorageFile(storageFile);
  if (value === undefined) {
    throw new UsageError(
      `Files go straight to the storage account of ${target.baseUrl}, whose connection string is unknown here: name a file that contains it with --storage-file.`,
    );
  }
  try {
    return connectBlobs({ kind: 'connectionString', value });
  } catch (cause) {
    throw new UsageError('The connection string of the storage account is invalid.', { cause });
  }
}
