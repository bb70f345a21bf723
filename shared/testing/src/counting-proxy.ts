import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Azurite } from '@tally/azurite';
import type { Disturbance, StorageResponse } from './disturbance.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';
import { readStorageRequest, type StorageOperation, type StorageRequest } from './storage-request.ts';

/** One request of a client, and its outcome. */
export type Exchange = {
  operation: StorageOperation;
  /** The name of the queue or table. */
  target: string;
  url: string;
  /** The HTTP status. Undefined if the connection was broken off. */
  status: number | undefined;
  /** How many messages a GetMessages or PeekMessages returned. */
  received?: number;
  /** How many operations an entity group transaction held. */
  batchSize?: number;
};

export type ProxyOptions = {
  /**
   * Whether exchanges are kept for later inspection, default true. A proxy that runs for hours uses `observe`
   * instead.
   */
  keep?: boolean;
  /** Sees each request with its answer, including bodies, before the client has the answer. */
  observe?: (request: StorageRequest, response: StorageResponse | 'reset') => void;
  disturb?: Disturbance;
};

export type CountingProxy = {
  /** Leads through the proxy. Otherwise it equals Azurite's own. */
  connectionString: string;
  ports: { queue: number; table: number };
  /** The clients' requests since the start, in the order of the storage service's answers. */
  exchanges: readonly Exchange[];
  /**
   * How many requests were sent, by operation. A transaction counts once. Requests that a disturbance repeats
   * don't count.
   * @param which only these
   */
  counts(which?: (exchange: Exchange) => boolean): Partial<Record<StorageOperation, number>>;
  stop(): Promise<void>;
};

/**
 * Starts an HTTP proxy in front of an Azurite's queue and table services. Requests pass unchanged, including
 * Host header and signature: storage signs the path, not the host.
 */
export async function startCountingProxy(
  azurite: Pick<Azurite, 'connectionString' | 'ports'>,
  options: ProxyOptions = {},
): Promise<CountingProxy> {
  const exchanges: Exchange[] = [];
  // As many connections as clients ask for at once, and they are kept. A new connection costs more than the
  // request.
  const agent = new Agent({ keepAlive: true });
  const serve = (service: 'queue' | 'table'): Server =>
    createServer((incoming, outgoing) => {
      passOn(service, azurite.ports[service], agent, options, incoming, outgoing).then(
        (exchange) => {
          if (options.keep !== false) exchanges.push(exchange);
        },
        // The storage service or the client is gone, so there is nothing to answer.
        () => outgoing.destroy(),
      );
    });
  const servers = { queue: serve('queue'), table: serve('table') };
  const ports = { queue: await listenOnLoopback(servers.queue), table: await listenOnLoopback(servers.table) };
  return {
    connectionString: azurite.connectionString
      .replace(`127.0.0.1:${azurite.ports.queue}/`, `127.0.0.1:${ports.queue}/`)
      .replace(`127.0.0.1:${azurite.ports.table}/`, `127.0.0.1:${ports.table}/`),
    ports,
    exchanges,
    counts: (which = () => true) => {
      const counts: Partial<Record<StorageOperation, number>> = {};
      for (const { operation } of exchanges.filter(which)) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    stop: async () => {
      await Promise.all([closeServer(servers.queue), closeServer(servers.table)]);
      agent.destroy();
    },
  };
}

async function passOn(
  service: 'queue' | 'table',
  port: number,
  agent: Agent,
  options: ProxyOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Exchange> {
  const body = await readAll(incoming);
  const request = readStorageRequest(service, incoming.method ?? '', incoming.url ?? '', incoming.headers, body);
  const forward = (): Promise<StorageResponse> => send(request, incoming.rawHeaders, port, agent);
  const response = await (options.disturb === undefined ? forward() : options.disturb(request, forward));
  options.observe?.(request, response);
  if (response === 'reset') outgoing.socket?.resetAndDestroy();
  else outgoing.writeHead(response.status, [...response.rawHeaders]).end(response.body);
  return describeExchange(request, response);
}

function describeExchange(request: StorageRequest, response: StorageResponse | 'reset'): Exchange {
  const { operation, target, url, batch } = request;
  const asksForMessages = operation === 'GetMessages' || operation === 'PeekMessages';
  return {
    operation,
    target,
    url,
    status: response === 'reset' ? undefined : response.status,
    ...(asksForMessages && response !== 'reset' && { received: countMessages(response.body) }),
    ...(batch !== undefined && { batchSize: batch.length }),
  };
}

function countMessages(body: Buffer): number {
  return body.toString('utf8').split('<QueueMessage>').length - 1;
}

function send(
  request: StorageRequest,
  rawHeaders: readonly string[],
  port: number,
  agent: Agent,
): Promise<StorageResponse> {
  return new Promise((resolve, reject) => {
    const { method, url: path, body } = request;
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, agent, method, path, headers: [...rawHeaders] },
      (answer) => {
        readAll(answer).then((bytes) => {
          resolve({ status: answer.statusCode ?? 0, rawHeaders: withLength(answer.rawHeaders, bytes), body: bytes });
        }, reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** The answer is sent in one piece, so it has a length and isn't chunked. */
function withLength(rawHeaders: readonly string[], body: Buffer): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!/^(transfer-encoding|content-length|connection|keep-alive)$/i.test(name)) kept.push(name, value);
  }
  return [...kept, 'Content-Length', String(body.length)];
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
