import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body whole. One above the limit is read to its end and thrown away: an answer sent while the caller still
 * writes would reach most clients as a broken connection.
 *
 * @returns undefined if the body is larger than the limit
 * @throws the stream's error when the caller leaves
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const received: AsyncIterable<Buffer> = request;
  for await (const chunk of received) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= limitBytes ? Buffer.concat(chunks) : undefined;
}
