import type { IncomingMessage } from 'node:http';

/**
 * Reads the whole body of a request. A body above the limit is read to its end and discarded. Most clients
 * would see an answer sent while they still write as a broken connection. A body without a length is
 * discarded too (rule 22).
 *
 * @returns undefined if the body is larger than the limit (rule 23)
 * @throws the stream's error when the caller disconnects
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const announced = Number(request.headers['content-length'] ?? 0);
  // The buffer has its full size from the start: pieces that are joined at the end take twice the memory.
  const body = Buffer.allocUnsafe(announced <= limitBytes ? announced : 0);
  let length = 0;
  const received: AsyncIterable<Buffer> = request;
  for await (const chunk of received) length += chunk.copy(body, length);
  return announced > limitBytes ? undefined : body.subarray(0, length);
}
