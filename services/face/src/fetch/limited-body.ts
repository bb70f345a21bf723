import type { IncomingMessage } from 'node:http';
import { imageTooBig, maxImageBytes } from '../contract/face-error.ts';
import { contentCodings, unpackBody } from './content-codings.ts';

/**
 * Reads a response body of at most 6 MB, counted on the wire and, where a server packs although it was asked not to, after unpacking as
 * well.
 * @throws FaceError InvalidImageSize, before more than the limit is in memory; InvalidURL
 */
export async function readLimited(response: IncomingMessage): Promise<Uint8Array> {
  if (Number(response.headers['content-length'] ?? 0) > maxImageBytes) throw imageTooBig();
  const codings = contentCodings(response.headers['content-encoding'] ?? '');
  const chunks: Uint8Array[] = [];
  let size = 0;
  const received: AsyncIterable<Uint8Array> = response;
  for await (const chunk of received) {
    size += chunk.byteLength;
    if (size > maxImageBytes) throw imageTooBig();
    chunks.push(chunk);
  }
  return await unpackBody(Buffer.concat(chunks), codings);
}
