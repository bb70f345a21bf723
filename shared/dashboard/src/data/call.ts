import type { operations, Problem } from '@tally/api';
import type { AnswerOf, RequestOf } from '@tally/client';
import { type PlacedId, places } from './places.ts';
import { isProblem } from './problems.ts';
import { keyOf, refuseKey } from './session.ts';

type Operations = typeof operations;
export type Request<Id extends PlacedId> = RequestOf<Operations[Id]>;
export type Answered<Id extends PlacedId> = AnswerOf<Operations[Id]>;

/** Tally has refused the call and says why, or no answer came: `status` 0. */
class CallError extends Error {
  override readonly name = 'CallError';
  readonly problem: Pick<Problem, 'status' | 'title' | 'detail' | 'code'>;

  constructor(problem: CallError['problem'], options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
  }
}

/** A request in its written form: this is sent, and "copy as curl" shows it. */
export interface WrittenCall {
  readonly method: string;
  /** Below the origin. */
  readonly path: string;
  readonly body?: string | undefined;
}

interface AnyRequest {
  readonly params?: object;
  readonly query?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export function writeCall<Id extends PlacedId>(id: Id, request: Request<Id>): WrittenCall {
  const { params, query, body }: AnyRequest = request;
  const [method = 'GET', template = ''] = places[id].split(' ');
  const given = new Map(Object.entries({ ...params }));
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given.get(name))));
  const texts = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query })) if (value !== undefined) texts.set(name, textOf(value));
  const search = texts.size === 0 ? '' : `?${texts}`;
  return { method, path: `/api${path}${search}`, ...(body !== undefined && { body: JSON.stringify(body) }) };
}

/** Lists have commas between their values. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Calls an operation of the API that has served this page. Answers aren't checked against their schemas,
 * because both sides come from one build.
 * @throws CallError; the signal's reason
 */
export async function call<Id extends PlacedId>(id: Id, request: Request<Id>): Promise<Answered<Id>> {
  const { method, path, body } = writeCall(id, request);
  const { headers, signal }: AnyRequest = request;
  const key = keyOf();
  const sent = {
    ...headers,
    ...(key !== null && { 'x-functions-key': key }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const response = await fetch(path, {
    method,
    headers: sent,
    signal: signal ?? null,
    cache: 'no-store',
    redirect: 'error',
    ...(body !== undefined && { body }),
  }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new CallError(noAnswer, { cause });
  });
  const text = await response.text();
  const { status } = response;
  if (response.ok || status === 304) return answered<Id>({ status, headers: response.headers, body: parse(text) });
  if (status === 401) refuseKey(method !== 'GET');
  const told = parse(text);
  throw new CallError(isProblem(told) ? told : untold(status));
}

/** The answer for this status, by the operation's declaration. */
function answered<Id extends PlacedId>(answer: { status: number; headers: Headers; body: unknown }): Answered<Id> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server has made it with the declared schema, which is not here to check it
  return answer as Answered<Id>;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const noAnswer = { status: 0, title: 'No answer', detail: 'Tally does not answer.', code: 'Unreachable' };

function untold(status: number): CallError['problem'] {
  if (status === 401)
    return { status, title: 'Unauthorized', detail: 'This key does not allow it.', code: 'Unauthorized' };
  return { status, title: `Status ${status}`, detail: `Tally answers ${status} and gives no reason.`, code: 'Untold' };
}
