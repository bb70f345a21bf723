import { allBytes, type BlobStore } from '@tally/blobs';
import type { BlobRef, Handler } from '@tally/chain';
import type { Metadata } from '@tally/chains';
import { orMissing } from '../files/read-blob.ts';
import { describeMedia } from './describe-media.ts';

/** Reads a file's length, size and codecs, by ranges. */
export function readMetadata(store: BlobStore): Handler<{ readonly file: BlobRef; readonly type: string }, Metadata> {
  return async ({ input: { file }, signal }) =>
    await orMissing(async () => {
      const read = async (length: number, offset: number) =>
        await allBytes(await store.get(file, { offset, length, signal }));
      return await describeMedia(file.bytes, read);
    });
}
