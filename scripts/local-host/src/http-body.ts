import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body whole. One above the limit is read to its end and thrown away: an answer sent while the caller still
 * writes would reach most clients as a broken connection. So is one without a length (rule 22).
 *
 * @returns undefined if the body is larger than the limit (rule 23)
 * @throws the stream's error when the caller leaves
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const announced = Number(request.headers['content-length'] ?? 0);
  // In one piece from the start: pieces that are joined at the end take twice the memory.
  const body = Buffer.allocUnsafe(announced <= limitBytes ? announced : 0);
  let length = 0;
  const received: AsyncIterable<Buffer> = request;
  for await (const chunk of received) length += chunk.copy(body, length);
  return announced > limitBytes ? undefined : body.subarray(0, length);
}
