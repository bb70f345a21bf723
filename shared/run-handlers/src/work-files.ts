import { type BlobStore, blobsFor, workFolder } from '@tally/blobs';
import type { Blobs } from '@tally/chain';

/** Where an app's work stores its files. */
export interface BlobPlace {
  readonly store: BlobStore;
  readonly container: string;
}

/** A piece of work, as the names of its files describe it. */
export interface PlaceOfWork {
  readonly runId: string;
  readonly generation: string;
  readonly node: string;
  readonly since: number;
  readonly index?: number | undefined;
}

export type BlobsOf = (work: PlaceOfWork, signal: AbortSignal) => Blobs;

/** The files of each piece of work, in a separate folder. */
export function blobsOf(place: BlobPlace | undefined): BlobsOf {
  if (place === undefined) return () => NO_BLOBS;
  const { store, container } = place;
  return ({ runId, generation, node, since, index }, signal) => {
    const folder = workFolder({ run: runId, generation, node, since, item: index });
    return blobsFor(store, { container, folder, signal });
  };
}

const none = async (): Promise<never> => {
  throw new Error('this app was started without a place for files');
};
const NO_BLOBS: Blobs = { put: none, get: none, link: none };
