import { checkFile } from './names.ts';
import type { BlobStore } from './port.ts';

/** A blob as runs keep it in their inputs and results. */
export interface BlobRef {
  readonly container: string;
  readonly name: string;
  readonly bytes: number;
}

/** The blobs of one piece of work. */
export interface WorkBlobs {
  /**
   * Stores a file under a name that is made of the piece of work, so that a second try writes the same blob.
   * @param file chosen by the handler's author: 1 to 80 of a-z, 0-9, `.`, `_`, `-`; never a stranger's words
   * @throws BlobNameError, BlobTooLargeError
   */
  put(file: string, body: Uint8Array | AsyncIterable<Uint8Array>, contentType: string): Promise<BlobRef>;
  /** @throws BlobMissingError */
  get(ref: BlobRef): Promise<AsyncIterable<Uint8Array>>;
  /** A URL for people, valid for `validMs` milliseconds (a minute to six days). */
  link(ref: BlobRef, validMs: number): Promise<string>;
}

export interface WorkBlobsOptions {
  readonly container: string;
  /** Made by `workFolder`. */
  readonly folder: string;
  /** Of one file; default 2 GiB. */
  readonly maxBytes?: number | undefined;
  /** Breaks off what is under way. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_BYTES = 2 * 1024 ** 3;

/** What a handler gets of the account's blobs. */
export function blobsFor(
  store: BlobStore,
  { container, folder, maxBytes = MAX_BYTES, signal }: WorkBlobsOptions,
): WorkBlobs {
  return {
    put: async (file, body, contentType) => {
      checkFile(file);
      const name = `${folder}/${file}`;
      const { bytes } = await store.put({ container, name }, body, { contentType, maxBytes, signal });
      return { container, name, bytes };
    },
    get: async (ref) => await store.get(ref, { signal }),
    link: async (ref, validMs) => await store.link(ref, validMs),
  };
}
