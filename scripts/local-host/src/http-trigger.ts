import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { HttpFunction } from './function-registry.ts';
import type { HttpRequestData } from './functions-core.ts';
import { type HostKeys, isAllowed } from './host-keys.ts';
import { readBody } from './http-body.ts';
import { HttpRoute } from './http-route.ts';
import type { Invoker } from './invocation.ts';
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
  readonly invoker: Invoker;
  readonly log: Log;
}

interface RoutedFunction {
  readonly fn: HttpFunction;
  readonly route: HttpRoute;
}

/** Finds the function for a request, calls it and writes its answer. */
export class HttpTrigger {
  readonly #options: HttpTriggerOptions;
  readonly #routed: readonly RoutedFunction[];

  constructor(options: HttpTriggerOptions) {
    this.#options = options;
    this.#routed = options.functions
      .map((fn) => ({ fn, route: new HttpRoute(routeTemplate(fn, options.routePrefix)) }))
      .sort((a, b) => a.route.compare(b.route));
  }

  /**
   * 404 also for a known route with another method, as the official host does; 413 above the body limit; 500 with an empty body
   * if the function throws; 204 if it returns nothing; 401 without a key that opens the function, where keys are set.
   */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = requestUrl(request);
    const found = url === undefined ? undefined : this.#find(request.method ?? '', url.pathname);
    if (url === undefined || found === undefined) return answerEmpty(response, 404);
    if (!isAllowed(this.#options.keys, found.fn, request.headers['x-functions-key'], url)) {
      return answerEmpty(response, 401);
    }
    const body = await readBody(request, this.#options.bodyLimitBytes);
    if (body === undefined) return answerEmpty(response, 413);
    const outcome = await this.#options.invoker.invoke(found.fn, {
      data: { http: requestData(request, url, found.params, body) },
      ...traceParent(request),
    });
    if (!outcome.ok) return answerEmpty(response, 500);
    if (outcome.returnValue === undefined || outcome.returnValue === null) return answerEmpty(response, 204);
    this.#answer(response, found.fn.name, outcome.returnValue);
  }

  #find(method: string, path: string) {
    for (const { fn, route } of this.#routed) {
      const params = fn.trigger.methods.includes(method) ? route.match(path) : undefined;
      if (params !== undefined) return { fn, params };
    }
    return undefined;
  }

  #answer(response: ServerResponse, functionName: string, returnValue: unknown): void {
    const { http } = responseSchema.parse(returnValue);
    if (http.cookies.length > 0) {
      this.#options.log.write('warning', 'The local host does not send the cookies of a response.', { functionName });
    }
    response.statusCode = http.statusCode;
    for (const [name, value] of Object.entries(http.headers)) {
      // Node sets the length of what is really sent.
      if (name !== 'content-length' && name !== 'transfer-encoding') response.setHeader(name, value);
    }
    response.end(http.body?.bytes);
  }
}

/** Path below the root at which a function answers. */
export function routeTemplate(fn: Pick<HttpFunction, 'name' | 'trigger'>, routePrefix: string): string {
  return `${routePrefix}/${fn.trigger.route ?? fn.name}`.replace(/^\/+/, '');
}

export function answerEmpty(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** The full URL as the caller wrote it, or undefined if it makes none. */
export function requestUrl(request: IncomingMessage): URL | undefined {
  const { localAddress, localPort } = request.socket;
  const host = request.headers.host ?? `${localAddress}:${localPort}`;
  const url = `http://${host}${request.url}`;
  return request.url?.startsWith('/') && URL.canParse(url) ? new URL(url) : undefined;
}

function requestData(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Uint8Array,
): HttpRequestData {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(joinRepeated(Object.entries(request.headersDistinct))),
    nullableParams: nullable(Object.entries(params)),
    // A repeated name arrives as "1,2", as in the official host.
    nullableQuery: nullable(
      [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(',')]),
    ),
    body: { bytes: body },
  };
}

function joinRepeated(entries: [string, string[] | undefined][]): [string, string][] {
  return entries.map(([name, values]) => [name, (values ?? []).join(name === 'cookie' ? '; ' : ',')]);
}

function nullable(entries: [string, string][]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

function traceParent(request: IncomingMessage): { traceParent?: string } {
  const { traceparent: header } = request.headers;
  return typeof header === 'string' ? { traceParent: header } : {};
}
