import { BlobTooLargeError } from './errors.ts';
import type { BlobAddress, PutOptions } from './port.ts';

/**
 * Passes a body through, and breaks it off at its bound.
 * @throws BlobTooLargeError, before more than the bound was passed on; the signal's reason
 */
export async function* bounded(
  at: BlobAddress,
  body: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: Pick<PutOptions, 'maxBytes' | 'signal'>,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of body) {
    signal?.throwIfAborted();
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new BlobTooLargeError(at, maxBytes);
    // An empty chunk would end a stream.
    if (chunk.byteLength > 0) yield chunk;
  }
}

/** All of a stream, in memory. Only for streams that are known to be small. */
export async function allBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes as a stream of one chunk. */
export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
