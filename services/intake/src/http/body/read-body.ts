import type { RequestBody } from '@tally/api';
import { jsonDepth } from '@tally/contracts';
import { ProblemError } from '@tally/functions-kit';
import { wrongFields } from '../errors.ts';
import type { ApiRequest } from '../exchange.ts';
import { tooLarge, unpack } from './unpack-body.ts';

/** Maximum nesting of lists and objects. Deeper JSON can be read but not written again. */
const DEPTH_MAX = 100;

type Limit = Pick<RequestBody, 'maxBytes'>;

/**
 * Reads the body as text, no further than the limit, even if it was packed. The Functions host passes on no
 * body whose length isn't announced.
 * @throws ProblemError 411 without a length, 413 naming the limit, 415, 400
 */
export async function readText(request: ApiRequest, limit: Limit): Promise<string> {
  return await textOf(request, await readSent(request, limit), limit);
}

/**
 * The announced length of the body.
 * @throws ProblemError 411 without one, 413 naming the limit
 */
export function announcedBytes(request: ApiRequest, { maxBytes }: Limit): number {
  const length = request.headers.get('content-length');
  if (length === null) throw lengthRequired();
  const announced = Number(length);
  if (announced > maxBytes) throw tooLarge(announced, maxBytes);
  return announced;
}

/** Reads the body as it was sent. It can be read only once. @throws ProblemError 411, 413 */
export async function readSent(request: ApiRequest, limit: Limit): Promise<Uint8Array> {
  announcedBytes(request, limit);
  const sent = new Uint8Array(await request.arrayBuffer());
  if (sent.byteLength > limit.maxBytes) throw tooLarge(sent.byteLength, limit.maxBytes);
  return sent;
}

/** @throws ProblemError 413 when it unpacks to more than the limit, 415, 400 */
export async function textOf(request: ApiRequest, sent: Uint8Array, { maxBytes }: Limit): Promise<string> {
  const bytes = await unpack(sent, request.headers.get('content-encoding') ?? '', maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const detail = 'The body is not UTF-8 text.';
    throw new ProblemError(400, { title: 'Invalid request', code: 'InvalidText', detail }, { cause });
  }
}

/** @throws ProblemError 400 */
export function parseJson(text: string): unknown {
  if (jsonDepth(text) > DEPTH_MAX) throw invalidJson(`has lists and objects nested more than ${DEPTH_MAX} deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidJson('is not JSON', cause);
  }
  checkKeepable(value);
  return value;
}

/**
 * Refuses values that can't be written again as they were read, so that no value changes silently. The
 * nesting is at most {@link DEPTH_MAX}.
 */
function checkKeepable(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalidJson('has a number beyond 1.8e308');
  if (typeof value !== 'object' || value === null) return;
  // Programs that copy an object field by field lose this field, or change what the copy inherits from.
  if (Object.hasOwn(value, '__proto__')) throw invalidJson('has a field __proto__, which is not allowed');
  for (const part of Object.values(value)) checkKeepable(part);
}

function invalidJson(message: string, cause?: unknown): ProblemError {
  const detail = `Invalid JSON content: the body ${message}.`;
  // In the words that clients know.
  const errors = [{ field: 'body', message: 'Invalid JSON content' }];
  const problem = { title: 'Invalid request', code: 'InvalidJson', detail, errors };
  return new ProblemError(400, problem, { cause });
}

function lengthRequired(): ProblemError {
  const message = 'is missing, or came without a Content-Length: send it whole, not chunked (Transfer-Encoding)';
  return wrongFields(411, { title: 'Length required', code: 'LengthRequired' }, [{ field: 'body', message }]);
}
