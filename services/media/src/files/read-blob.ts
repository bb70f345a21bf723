import { allBytes, type BlobAddress, BlobMissingError, type BlobStore } from '@tally/blobs';
import { FatalError } from '@tally/chain';

/**
 * Reads a complete file into memory, as ffmpeg needs it.
 * @throws FatalError FileTooLarge, FileMissing
 */
export async function readWhole(
  store: BlobStore,
  file: BlobAddress & { readonly bytes: number },
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  if (file.bytes > maxBytes) throw tooLarge(file.bytes, maxBytes);
  return await orMissing(async () => await allBytes(await store.get(file, { signal })));
}

/** @throws FatalError FileMissing in place of a BlobMissingError: a deleted file doesn't come back */
export async function orMissing<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BlobMissingError) throw new FatalError('FileMissing', error.message, { cause: error });
    throw error;
  }
}

export function tooLarge(bytes: number, maxBytes: number): FatalError {
  return new FatalError(
    'FileTooLarge',
    `the file has ${bytes} bytes; at most ${maxBytes} are accepted (TALLY_MEDIA_MAX_MB)`,
  );
}
