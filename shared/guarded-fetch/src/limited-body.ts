import type { IncomingMessage } from 'node:http';
import { contentCodings, unpackBody } from './content-codings.ts';
import { refused, tooBig } from './fetch-error.ts';

/**
 * Reads a response body of at most `maxBytes`. The bytes are counted on the wire. If a server packs its
 * answer although it was asked not to, they are counted after unpacking too.
 * @throws FetchError TooBig, before more than the limit is in memory; Refused
 */
export async function readLimited(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const codings = contentCodings(response.headers['content-encoding'] ?? '');
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedBody(response, maxBytes)) chunks.push(chunk);
  return await unpackBody(Buffer.concat(chunks), codings, maxBytes);
}

/**
 * A response body as a stream, for bodies too large for memory. A packed body is refused.
 * @throws FetchError TooBig, Refused; also while it is read
 */
export function streamLimited(response: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  const [coding] = contentCodings(response.headers['content-encoding'] ?? '');
  if (coding !== undefined) throw refused(`The body is packed by ${coding}, although it was asked for as it is.`);
  checkAnnounced(response, maxBytes);
  return limitedBody(response, maxBytes);
}

async function* limitedBody(response: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  checkAnnounced(response, maxBytes);
  let size = 0;
  const received: AsyncIterable<Uint8Array> = response;
  for await (const chunk of received) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooBig(maxBytes);
    yield chunk;
  }
}

function checkAnnounced({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooBig(maxBytes);
}
