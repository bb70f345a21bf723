import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '@tally/blobs';

/**
 * Saves a blob as a file and creates its folder if needed.
 * @throws BlobMissingError; the file system's error
 */
export async function saveBlob(
  store: BlobStore,
  at: { readonly container: string; readonly name: string },
  file: string,
): Promise<void> {
  const content = await store.get(at);
  await mkdir(dirname(file), { recursive: true });
  await pipeline(content, createWriteStream(file));
}
