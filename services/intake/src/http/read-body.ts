import type { RequestBody } from '@tally/api';
import { jsonDepth } from '@tally/contracts';
import { ProblemError } from '@tally/functions-kit';
import type { ApiRequest } from './context.ts';

/** Lists and objects inside one another, at most: what is deeper can be read but not written again. */
const DEPTH_MAX = 100;

/** The body as text, read no further than the limit. @throws ProblemError 413 naming the limit, 400 */
export async function readText(request: ApiRequest, { maxBytes }: Pick<RequestBody, 'maxBytes'>): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBytes) throw tooLarge(announced, maxBytes);
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maxBytes) throw tooLarge(bytes.byteLength, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const detail = 'The body is not UTF-8 text.';
    throw new ProblemError(400, { title: 'Invalid request', code: 'InvalidText', detail }, { cause });
  }
}

/** @throws ProblemError 400 */
export function parseJson(text: string): unknown {
  if (jsonDepth(text) > DEPTH_MAX) throw invalidJson(`has more than ${DEPTH_MAX} lists and objects inside one another`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidJson('is not JSON', cause);
  }
}

function invalidJson(message: string, cause?: unknown): ProblemError {
  const detail = `Invalid JSON content: the body ${message}.`;
  // In the words that clients know.
  const errors = [{ field: 'body', message: 'Invalid JSON content' }];
  const problem = { title: 'Invalid request', code: 'InvalidJson', detail, errors };
  return new ProblemError(400, problem, { cause });
}

function tooLarge(bytes: number, limit: number): ProblemError {
  const message = `has ${bytes} bytes; at most ${limit} are taken`;
  const errors = [{ field: 'body', message, limit }];
  return new ProblemError(413, { title: 'Body too large', code: 'BodyTooLarge', detail: `body: ${message}`, errors });
}
