import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import { type BlobStore, containers } from '@tally/blobs';
import { media } from '@tally/chains';
import type { StartedRun, TallyClient } from '@tally/client';
import { runOptionsOf, type StartOptions } from '../start-options.ts';
import { MAX_FILE_MIB } from './upload-files.ts';

export interface UploadMediaOptions {
  readonly client: TallyClient;
  /** Of the system that the client talks to. */
  readonly store: BlobStore;
  /** Its ending alone is kept. */
  readonly name: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  readonly options?: StartOptions | undefined;
  /** Breaks off: what was uploaded so far is no blob. */
  readonly signal: AbortSignal;
}

/**
 * Uploads a file and starts a run of the chain `media` on it.
 * @returns the run, and the name of the blob in the container of uploads
 * @throws BlobTooLargeError; what the client throws; the signal's reason
 */
export async function uploadMedia(
  upload: UploadMediaOptions,
): Promise<{ readonly run: StartedRun; readonly blob: string }> {
  const { client, store, name, content, options = {}, signal } = upload;
  const blob = freshName(name);
  await store.createContainers([containers.uploads]);
  await store.put({ container: containers.uploads, name: blob }, content, {
    // What it holds is found out by the scan, whatever its name says.
    contentType: 'application/octet-stream',
    maxBytes: MAX_FILE_MIB * 2 ** 20,
    signal,
  });
  const run = await client.startRun({ chain: media.definition.name, input: { blob }, ...runOptionsOf(options) });
  return { run, blob };
}

/** Two files of one name are two uploads. A name of somebody's file system is no name in ours: its ending says what it is to people, nothing more. */
export function freshName(file: string): string {
  const [, ending] = /^\.([a-z0-9]{1,8})$/.exec(extname(file).toLowerCase()) ?? [];
  return ending === undefined ? randomUUID() : `${randomUUID()}.${ending}`;
}
