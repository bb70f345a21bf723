import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Invokes } from './app-runtime.ts';
import type { HttpFunction } from './function-registry.ts';
import type { HttpRequestData } from './functions-core.ts';
import { type HostKeys, isAllowed } from './host-keys.ts';
import { readBody } from './http-body.ts';
import { decodePath, encodePath, splitTarget } from './http-path.ts';
import { HttpRouter } from './http-router.ts';
import type { Log } from './log.ts';

/** The library's answer to an HTTP invocation. */
const responseSchema = z.object({
  http: z.object({
    statusCode: z.coerce.number().int(),
    headers: z.record(z.string(), z.string()).default({}),
    cookies: z.array(z.unknown()).default([]),
    body: z.object({ bytes: z.instanceof(Uint8Array) }).nullish(),
  }),
});

export interface HttpTriggerOptions {
  readonly functions: readonly HttpFunction[];
  /** host.json's extensions.http.routePrefix; may be empty. */
  readonly routePrefix: string;
  readonly bodyLimitBytes: number;
  readonly keys: HostKeys;
  readonly invoker: Invokes;
  readonly log: Log;
}

/** Finds the function for a request, calls it and writes its answer. */
export class HttpTrigger {
  readonly #options: HttpTriggerOptions;
  readonly #router: HttpRouter<HttpFunction>;

  constructor(options: HttpTriggerOptions) {
    this.#options = options;
    this.#router = new HttpRouter(options.functions, options.routePrefix);
  }

  /**
   * Answers by the rules 19 to 24. The answer is 404 also for a known route with another method. It is 500
   * with an empty body if the function throws or the body is above the limit, and 204 if the function returns
   * nothing. Where keys are set, it is 401 without a key that allows the function.
   */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = splitTarget(request.url ?? '');
    const path = decodePath(target.path);
    if (path === undefined) return answerEmpty(response, 400);
    const found = this.#router.find(request.method ?? '', path);
    if (found === undefined) return path === '/' ? answerHome(response) : answerEmpty(response, 404);
    const query = readQuery(target.query);
    if (!isAllowed(this.#options.keys, found.fn, request.headers['x-functions-key'], query.get('code')?.value)) {
      return answerEmpty(response, 401);
    }
    const body = await readBody(request, this.#options.bodyLimitBytes);
    if (body === undefined) return answerEmpty(response, 500);
    const http: HttpRequestData = {
      method: request.method ?? 'GET',
      url: `http://${authorityOf(request)}${encodePath(path)}${target.query}`,
      nullableHeaders: nullable(joinRepeated(Object.entries(request.headersDistinct))),
      nullableParams: nullable(Object.entries(found.params)),
      nullableQuery: nullable([...query.values()].map(({ name, value }) => [name, value])),
      ...(body.length > 0 && { body: { bytes: body } }),
    };
    const outcome = await this.#options.invoker.invoke(found.fn, { data: { http }, ...traceParent(request) });
    if (!outcome.ok) return answerEmpty(response, 500);
    if (outcome.returnValue === undefined || outcome.returnValue === null) return answerEmpty(response, 204);
    this.#answer(response, found.fn.name, outcome.returnValue);
  }

  #answer(response: ServerResponse, functionName: string, returnValue: unknown): void {
    const { http } = responseSchema.parse(returnValue);
    if (http.cookies.length > 0) {
      this.#options.log.write('warning', 'The local host does not send the cookies of a response.', { functionName });
    }
    response.statusCode = http.statusCode;
    for (const [name, value] of Object.entries(http.headers)) {
      // Node sets the length of the content that is really sent.
      if (name !== 'content-length' && name !== 'transfer-encoding') response.setHeader(name, value);
    }
    response.end(http.body?.bytes);
  }
}

export function answerEmpty(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** rule 24: the page that the official host shows at its root. */
function answerHome(response: ServerResponse): void {
  response.setHeader('content-type', 'text/html');
  response.end('<!DOCTYPE html><title>Functions app</title><p>The app is up and running.');
}

/** The URL of the request, for callers that need only its host. Undefined if it isn't a valid URL. */
export function requestUrl(request: IncomingMessage): URL | undefined {
  const url = `http://${authorityOf(request)}${request.url}`;
  return request.url?.startsWith('/') && URL.canParse(url) ? new URL(url) : undefined;
}

function authorityOf({ headers, socket }: IncomingMessage): string {
  return headers.host ?? `${socket.localAddress}:${socket.localPort}`;
}

/**
 * rule 25: names ignore case. A repeated name arrives as "1,2", spelled as it was written last. The keys of
 * the map are in lower case.
 */
function readQuery(query: string): Map<string, { readonly name: string; readonly value: string }> {
  const read = new Map<string, { readonly name: string; readonly value: string }>();
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = read.get(name.toLowerCase());
    read.set(name.toLowerCase(), { name, value: earlier === undefined ? value : `${earlier.value},${value}` });
  }
  return read;
}

function joinRepeated(entries: [string, string[] | undefined][]): [string, string][] {
  return entries.map(([name, values]) => [name, (values ?? []).join(',')]);
}

function nullable(entries: [string, string][]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

function traceParent(request: IncomingMessage): { traceParent?: string } {
  const { traceparent: header } = request.headers;
  return typeof header === 'string' ? { traceParent: header } : {};
}
