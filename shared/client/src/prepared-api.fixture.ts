import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Prepared {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SeenCall {
  readonly call: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An API with prepared answers. The tests check what the client does with each. */
export interface PreparedApi {
  readonly baseUrl: string;
  readonly calls: readonly SeenCall[];
  /**
   * Prepares answers to a call. They are given in order, the last one again and again; `reset` breaks the
   * connection.
   */
  prepare(call: string, ...answers: readonly (Prepared | 'reset')[]): void;
  stop(): Promise<void>;
}

export async function startPreparedApi(): Promise<PreparedApi> {
  const calls: SeenCall[] = [];
  const prepared = new Map<string, (Prepared | 'reset')[]>();
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    const answer = async () => {
      calls.push({ call, headers: request.headers, body: await text(request) });
      const answers = prepared.get(call) ?? [];
      const [next = { status: 404 }] = answers;
      if (answers.length > 1) answers.shift();
      if (next === 'reset') return void response.destroy();
      const body = next.body === undefined ? '' : JSON.stringify(next.body);
      response.writeHead(next.status, next.headers).end(body);
    };
    void answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    calls,
    prepare: (call, ...answers) => void prepared.set(call, [...answers]),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
