import type { Operation, Problem } from '@tally/api';
import { problemDocument, problemSchema } from '@tally/contracts';
import type { AnswerOf, RequestOf } from './call-types.ts';
import { type Connection, fetchAnswer, type RawAnswer } from './connection.ts';
import { RefusedError, UnexpectedAnswerError, UnreachableError } from './errors.ts';

/**
 * Calls an operation as it is declared. The answer has passed the declared schema.
 * @throws RefusedError with the problem document, UnreachableError, UnexpectedAnswerError
 */
export async function callOperation<Declared extends Operation>(
  connection: Connection,
  operation: Declared,
  request: RequestOf<Declared>,
): Promise<AnswerOf<Declared>> {
  const { params, query, headers, body, signal }: AnyRequest = request;
  const url = new URL(`${connection.baseUrl}/api${pathOf(operation, { ...params })}`);
  for (const [name, value] of Object.entries({ ...query })) {
    if (value !== undefined) url.searchParams.set(name, textOf(value));
  }
  // A server that ignored an unknown parameter would do something else.
  if (url.search !== '') url.searchParams.set('strict', 'true');
  return await callAt(connection, operation, url.href, { headers, body, signal });
}

/** A request of any operation. */
interface AnyRequest extends SentAt {
  readonly params?: object;
  readonly query?: object;
}

/** What is sent to an address from an earlier answer. */
export interface SentAt {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls an operation at an unchanged address.
 * @throws RefusedError with the problem document, UnreachableError, UnexpectedAnswerError
 */
export async function callAt<Declared extends Operation>(
  connection: Connection,
  operation: Declared,
  url: string,
  { headers = {}, body, signal }: SentAt = {},
): Promise<AnswerOf<Declared>> {
  const withBody =
    body === undefined
      ? { headers }
      : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const raw = await fetchAnswer(connection, url, { method: operation.method, ...withBody, signal: signal ?? null });
  const answer = { status: raw.status, headers: raw.headers, body: parseJson(raw.text) };
  if (isAnswerOf(operation, answer)) return answer;
  throw failureOf(operation, raw, `${operation.method} ${addressOf(url)}`);
}

function pathOf({ path }: Operation, params: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
}

/** A query parameter as intake reads it: a list has commas between its values. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

function isAnswerOf<Declared extends Operation>(operation: Declared, answer: Answered): answer is AnswerOf<Declared> {
  const declared = operation.answers[answer.status];
  if (declared === undefined || declared.mediaType === 'application/problem+json') return false;
  return declared.schema === undefined || declared.schema.safeParse(answer.body).success;
}

/** Makes the error for an answer that the caller can't use. */
function failureOf(operation: Operation, { status, headers, text }: RawAnswer, call: string): Error {
  const problem = problemSchema.safeParse(parseJson(text));
  if (problem.success) return new RefusedError(problem.data, retryAfterMs(headers));
  if (status >= 300 && status < 400) {
    const message = `${call} is sent on to ${headers.get('location') ?? 'nowhere'}; use that address`;
    return new UnexpectedAnswerError(message);
  }
  if (status >= 500) return new UnreachableError(`${call} answers ${status} and gives no reason`);
  // The platform checks keys before Tally sees the request, and gives no reason.
  if (status === 401 || status === 403) return new RefusedError(noKey(status));
  const declared = operation.answers[status];
  const cause = declared?.schema?.safeParse(parseJson(text)).error;
  return new UnexpectedAnswerError(`${call} answers ${status}, but not as Tally does`, { cause });
}

function noKey(status: 401 | 403): Problem {
  const title = status === 401 ? 'Unauthorized' : 'Forbidden';
  const detail = 'No key was given, or not one that allows this.';
  return problemDocument(status, { title, detail, code: title });
}

/** `Retry-After` in milliseconds: seconds or an instant; null when there is none. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | null {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** Removes the query, which may contain a key. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
