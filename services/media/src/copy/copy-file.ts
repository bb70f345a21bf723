import { BlobChangedError, type BlobStore, containers, segmentOf } from '@tally/blobs';
import { type BlobRef, FatalError, type Handler } from '@tally/chain';
import type { Scanned } from '@tally/chains';
import { endingOf } from '../files/media-types.ts';
import { orMissing } from '../files/read-blob.ts';

/**
 * Copies a scanned file into the library, within the account. The new name is made from the run, so a second
 * try writes the same file. Only the exact version that was scanned is copied.
 */
export function copyFile(store: BlobStore): Handler<Scanned, BlobRef> {
  return async ({ input: { file, etag, type }, run, signal }) => {
    const to = { container: containers.library, name: `${segmentOf(run.id)}/${run.generation}.${endingOf(type)}` };
    try {
      const { bytes } = await orMissing(() => store.copy(file, to, { etag, signal }));
      return { ...to, bytes };
    } catch (error) {
      if (!(error instanceof BlobChangedError)) throw error;
      const message = 'the file was overwritten after it had been scanned: start a new run for the new file';
      throw new FatalError('FileChanged', message, { cause: error });
    }
  };
}
