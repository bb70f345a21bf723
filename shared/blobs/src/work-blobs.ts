import { type Blobs, durationMs } from '@tally/chain';
import { checkFile } from './names.ts';
import type { BlobStore } from './port.ts';

export interface WorkBlobsOptions {
  readonly container: string;
  /** Made by `workFolder`. */
  readonly folder: string;
  /** The limit for one file, default 2 GiB. */
  readonly maxBytes?: number | undefined;
  /** Breaks off what is in progress. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_BYTES = 2 * 1024 ** 3;

/**
 * The files of one piece of work. The handler's author chooses a file's name, never a stranger: 1 to 80 of
 * a-z, 0-9, `.`, `_`, `-` (BlobNameError). A link is valid for one minute to six days.
 */
export function blobsFor(
  store: BlobStore,
  { container, folder, maxBytes = MAX_BYTES, signal }: WorkBlobsOptions,
): Blobs {
  return {
    put: async (file, body, contentType) => {
      checkFile(file);
      const name = `${folder}/${file}`;
      const { bytes } = await store.put({ container, name }, body, { contentType, maxBytes, signal });
      return { container, name, bytes };
    },
    get: async (ref) => await store.get(ref, { signal }),
    link: async (ref, valid) => await store.link(ref, durationMs(valid)),
  };
}
