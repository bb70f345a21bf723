import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';

export interface ScriptedRequest {
  /** The image's URL. */
  readonly imageUrl: string;
  /** Requests for this image before this one. */
  readonly earlier: number;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** An exact answer, no answer at all, or a connection that breaks before or within an answer. */
export type ScriptedAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | 'hang'
  | 'reset'
  | 'cut-short';

export interface ScriptedFace {
  readonly endpoint: string;
  readonly requests: readonly ScriptedRequest[];
  /** Requests that have not been answered and whose caller is still connected. */
  inWork(): number;
  /** The maximum of those at once. */
  mostInWork(): number;
  /** Connections opened so far. */
  connections(): number;
  stop(): Promise<void>;
}

const bodySchema = z.strictObject({ url: z.string() });

/**
 * A Face endpoint that does what a test says, including what a real one should never do. It tests the client
 * at the wire.
 */
export async function startScriptedFace(
  script: (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>,
): Promise<ScriptedFace> {
  const requests: ScriptedRequest[] = [];
  let inWork = 0;
  let mostInWork = 0;
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    inWork += 1;
    mostInWork = Math.max(mostInWork, inWork);
    outgoing.once('close', () => {
      inWork -= 1;
    });
    const handle = async () => {
      const { url: imageUrl } = bodySchema.parse(await json(incoming));
      const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
      const request = {
        imageUrl,
        earlier: requests.filter((earlier) => earlier.imageUrl === imageUrl).length,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: incoming.headers,
      };
      requests.push(request);
      give(outgoing, await script(request));
    };
    handle().catch((error: unknown) => outgoing.writeHead(500).end(String(error)));
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted endpoint has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    inWork: () => inWork,
    mostInWork: () => mostInWork,
    connections: () => connections,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function give(outgoing: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    outgoing.destroy();
  } else if (answer === 'cut-short') {
    outgoing
      .writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      .write('[{"faceRect', () => {
        outgoing.destroy();
      });
  } else {
    const { status, headers, body } = answer;
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  }
}
