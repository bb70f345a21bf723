import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import { type BlobStore, containers } from '@tally/blobs';
import { media } from '@tally/chains';
import type { StartedRun, TallyClient } from '@tally/client';
import { runOptionsOf, type StartOptions } from '../start-options.ts';
import { MAX_FILE_MIB } from './upload-files.ts';

export interface UploadMediaOptions {
  readonly client: TallyClient;
  /** The blobs of the system that the client talks to. */
  readonly store: BlobStore;
  /** Only its ending is kept. */
  readonly name: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  readonly options?: StartOptions | undefined;
  /** Aborts: the part that was uploaded so far becomes no blob. */
  readonly signal: AbortSignal;
}

/**
 * Uploads a file and starts a run of the chain `media` on it.
 * @returns the run, and the name of the blob in the container of uploads
 * @throws BlobTooLargeError; the client's errors; the signal's reason
 */
export async function uploadMedia(
  upload: UploadMediaOptions,
): Promise<{ readonly run: StartedRun; readonly blob: string }> {
  const { client, store, name, content, options = {}, signal } = upload;
  const blob = freshName(name);
  await store.createContainers([containers.uploads]);
  await store.put({ container: containers.uploads, name: blob }, content, {
    // The scan finds out what the file holds, whatever its name says.
    contentType: 'application/octet-stream',
    maxBytes: MAX_FILE_MIB * 2 ** 20,
    signal,
  });
  const run = await client.startRun({ chain: media.definition.name, input: { blob }, ...runOptionsOf(options) });
  return { run, blob };
}

/**
 * Two files with the same name are two uploads. A name of a stranger's file system is not used here. Only its
 * ending is kept, which tells people what the file is.
 */
export function freshName(file: string): string {
  const [, ending] = /^\.([a-z0-9]{1,8})$/.exec(extname(file).toLowerCase()) ?? [];
  return ending === undefined ? randomUUID() : `${randomUUID()}.${ending}`;
}
