import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { HttpRequest } from '@azure/functions';
import { closeServer, listenOnLoopback } from '@tally/testing';
import type { DetectResponse } from '../handle-detect.ts';

export interface TestServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  close(): Promise<void>;
}

export type Handler = (request: HttpRequest) => Promise<DetectResponse>;

/**
 * Serves a handler of detect calls over real HTTP for tests, with requests as the Functions library makes
 * them. It takes the place of a Functions host, and knows only this route.
 */
export async function serveFace(handler: Handler): Promise<TestServer> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, handler).catch((error: unknown) =>
      outgoing.destroy(error instanceof Error ? error : undefined),
    );
  });
  const port = await listenOnLoopback(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => closeServer(server),
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handler: Handler): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const version = /^\/face\/([^/]+)\/detect$/.exec(url.pathname)?.[1];
  if (version === undefined || incoming.method !== 'POST') {
    outgoing.writeHead(404).end();
    return;
  }
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers[name] = values?.join(',') ?? '';
  const request = new HttpRequest({
    method: 'POST',
    url: url.href,
    headers,
    query: Object.fromEntries(url.searchParams),
    params: { version },
    body: { bytes: await buffer(incoming) },
  });
  const { status, headers: sent, jsonBody } = await handler(request);
  outgoing.writeHead(status, { ...sent, 'content-type': 'application/json' }).end(JSON.stringify(jsonBody));
}
