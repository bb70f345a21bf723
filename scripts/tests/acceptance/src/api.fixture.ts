import { type Operation, type OperationId, operations, problemSchema } from '@tally/api';
import { type StubbedSystem, type StubbedSystemOptions, startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import * as z from 'zod';

export interface ApiCall {
  readonly params?: Readonly<Record<string, string>>;
  /** The part after the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; null if it was empty. */
  readonly body: unknown;
}

/** The running system, used only through its HTTP API. */
export interface Api {
  readonly system: StubbedSystem;
  /**
   * Calls an operation, and checks the answer against its declaration for this status: headers, media type,
   * every field and their order.
   */
  call(id: OperationId, call?: ApiCall): Promise<ApiAnswer>;
  stop(): Promise<void>;
}

/** The face service refuses addresses that contain `bad`, as if they were not images. */
export async function startApi(options: Omit<StubbedSystemOptions, 'face'> = {}): Promise<Api> {
  const system = await startStubbedSystem({
    face: {
      respond: (url) => (url.includes('bad') ? { status: 400, code: 'InvalidImage' } : { faces: [0.25, 0.75] }),
    },
    ...options,
  });
  return {
    system,
    call: (id, call = {}) => callOperation(system.url, operations[id], call),
    stop: () => system.stop(),
  };
}

/** Stops the apps that work on runs, so that from now on only the API writes. */
export async function stopWorking({ system }: Api): Promise<void> {
  await Promise.all([...system.processes.detect, ...system.processes.aggregate].map((host) => host.stop()));
}

async function callOperation(url: string, operation: Operation, call: ApiCall): Promise<ApiAnswer> {
  const { params = {}, query = '', headers = {}, body } = call;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const response = await fetch(`${url}/api${path}${query === '' ? '' : `?${query}`}`, {
    method: operation.method,
    headers,
    body: typeof body === 'object' ? JSON.stringify(body) : (body ?? null),
  });
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, body: text === '' ? null : parseBody(text) };
  conform(operation, answer);
  return answer;
}

/** @throws Error if an answer doesn't match the operation's declaration */
export function conform(operation: Operation, answer: ApiAnswer): void {
  const { status, body } = answer;
  const fault = faultOf(operation, answer);
  if (fault === null) return;
  throw new Error(`${operation.id} answers ${status}, ${fault}: ${JSON.stringify(body).slice(0, 300)}`);
}

function faultOf(operation: Operation, answer: ApiAnswer): string | null {
  const { status, headers, body } = answer;
  const answers = new Map(Object.entries(operation.answers));
  const declared = answers.get(String(status));
  if (declared === undefined) return 'which is not declared';
  for (const [name, { sent }] of Object.entries(declared.headers ?? {}))
    if (sent === 'always' && headers.get(name) === null) return `without ${name}`;
  if (declared.schema === undefined) return body === null ? null : 'with a body';
  const type = headers.get('content-type') ?? 'no type';
  if (declared.mediaType === 'text/plain')
    return type === 'text/plain; charset=utf-8' && typeof body === 'string' ? null : `as ${type}`;
  // A status that has its own body may also be answered with an error.
  const isProblem = type.startsWith('application/problem+json');
  const wanted = isProblem ? 'application/problem+json; charset=utf-8' : 'application/json; charset=utf-8';
  if (type !== wanted) return `as ${type}`;
  const schema = isProblem ? problemSchema : declared.schema;
  const parsed = schema.safeParse(body);
  if (!parsed.success) return `not as declared (${z.prettifyError(parsed.error)})`;
  if (isProblem && problemSchema.parse(body).status !== status) return 'with another status in the problem';
  if (!(schema instanceof z.ZodObject)) return null;
  const known = schema.keyof().options.map(String);
  const places = fieldsOf(answer)
    .map((name) => known.indexOf(name))
    .filter((place) => place >= 0);
  const isOrdered = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  return isOrdered ? null : 'with its fields in another order';
}

/** The names of a body's fields, in their order. */
export function fieldsOf({ body }: ApiAnswer): string[] {
  const parsed = z.record(z.string(), z.unknown()).safeParse(body);
  return parsed.success ? Object.keys(parsed.data) : [];
}

/** The parsed JSON, or else the text. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const images = (count: number, kind = 'good') =>
  Array.from({ length: count }, (_, index) => `https://photos.example/${kind}-${index}.jpg`);
const wait = 'timeout=60&pollingInterval=0.2';

let ids = 0;
/** An id that no other test uses and that no other id starts with. */
export function newId(about: string): string {
  ids += 1;
  return `${about.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${ids}-`;
}

/**
 * Makes runs in each status for the tests. A run that waits at its gate is Running, and no process works on
 * it.
 */
export const runs = {
  Running: async (api: Api, id = newId('running')) => {
    const started = await api.call('startRunAs', {
      params: { id },
      body: { urls: images(2), approval: { timeout: 'PT1H' } },
    });
    demand(started, 202);
    await waitUntil(async () => statusOf(await api.call('getRun', { params: { id } })).customStatus !== null, {
      describe: `the run ${id} waits at its gate`,
    });
    return id;
  },
  Suspended: async (api: Api, id = newId('suspended')) => {
    await runs.Running(api, id);
    demand(await api.call('suspendRun', { params: { id }, query: 'reason=hold' }), 202);
    return id;
  },
  Completed: async (api: Api, id = newId('completed'), urls: readonly string[] = images(2)) => {
    demand(await api.call('startRunAs', { params: { id }, query: wait, body: urls }), 200);
    await finalized(api, id);
    return id;
  },
  Failed: (api: Api, id = newId('failed')) => runs.Completed(api, id, images(2, 'bad')),
  Terminated: async (api: Api, id = newId('terminated')) => {
    await runs.Running(api, id);
    demand(await api.call('terminateRun', { params: { id }, query: 'reason=enough' }), 202);
    await finalized(api, id);
    return id;
  },
} as const;

function demand({ status, body }: ApiAnswer, wanted: number): void {
  if (status !== wanted) throw new Error(`answered with ${status} instead of ${wanted}: ${JSON.stringify(body)}`);
}

/** The list shows an ended run's final counts once its finalization is done. */
async function finalized(api: Api, id: string): Promise<void> {
  const listed = async () =>
    z.array(z.looseObject({ counts: z.unknown().optional() })).parse((await list(api, id)).body);
  await waitUntil(async () => (await listed())[0]?.counts !== undefined, { describe: `the run ${id} is cleaned up` });
}

function list(api: Api, id: string): Promise<ApiAnswer> {
  return api.call('listRuns', { query: `instanceIdPrefix=${id}&top=1` });
}

const statusSchema = z.looseObject({ runtimeStatus: z.string(), customStatus: z.unknown() });
export function statusOf(answer: ApiAnswer): z.infer<typeof statusSchema> {
  return statusSchema.parse(answer.body);
}
export function problemOf(answer: ApiAnswer): z.infer<typeof problemSchema> {
  return problemSchema.parse(answer.body);
}
