import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { imageTooBig, invalidUrl, maxImageBytes } from '../contract/face-error.ts';

/**
 * Reads a response body of at most 6 MB, counted on the wire and, where a server compresses although it was asked not to,
 * after decompression as well: a small answer can't unfold into a big one.
 * @throws FaceError InvalidImageSize, before more than the limit is in memory
 */
export async function readLimited(
  body: Readable,
  headers: IncomingHttpHeaders,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (Number(headers['content-length'] ?? 0) > maxImageBytes) throw imageTooBig();
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  const chunks: Uint8Array[] = [];
  await pipeline(
    body,
    limit,
    decompress(encoding),
    limit,
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of source) chunks.push(chunk);
    },
    { signal },
  );
  return Buffer.concat(chunks);
}

async function* limit(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > maxImageBytes) throw imageTooBig();
    yield chunk;
  }
}

function decompress(encoding: string) {
  switch (encoding) {
    case 'identity':
      return limit;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw invalidUrl(`Content encoding ${JSON.stringify(encoding.slice(0, 20))} is not supported.`);
  }
}
