import * as z from 'zod';
import type { Duration } from './duration.ts';

/** A file in the account's Blob storage. Tables, messages and results hold this reference in its place. */
export const blobRefSchema = z.strictObject({
  container: z.string().min(3).max(63),
  name: z.string().min(1).max(1024),
  bytes: z.number().int().min(0),
});
export type BlobRef = z.infer<typeof blobRefSchema>;

/** The files of a piece of work. */
export interface Blobs {
  /**
   * Stores a file under a name made of the work's key and `name`, so that another delivery or try writes the
   * same blob again. It is deleted when the run is purged.
   */
  put(name: string, body: Uint8Array | AsyncIterable<Uint8Array>, contentType: string): Promise<BlobRef>;
  get(ref: BlobRef): Promise<AsyncIterable<Uint8Array>>;
  /**
   * A link for people that reads only this file, for as long as `valid`. It is a secret and must not be
   * logged.
   */
  link(ref: BlobRef, valid: Duration): Promise<string>;
}
