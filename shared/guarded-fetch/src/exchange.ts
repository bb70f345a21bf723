import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { type Agent, buildConnector } from 'undici';

type Connect = NonNullable<Agent.Options['connect']>;

/** The request. A body is sent in one piece, with its length. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/**
 * Sends one request over a new connection and returns the head of the answer. The body is still unread. An
 * unrequested `100 Continue` is skipped, as browsers do.
 * @param connect how the connection is made, which decides its address
 * @param stop breaks off the connection, the wait for an answer, and the body
 * @throws the error of the connection; the signal's reason
 */
export async function sendRequest(
  url: URL,
  connect: Connect,
  { method, headers, body }: Request,
  stop: AbortSignal,
): Promise<IncomingMessage> {
  const socket = await openConnection(url, connect, stop);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({
    method,
    createConnection: () => socket,
    path: url.pathname + url.search,
    headers: { host: url.host, ...headers, ...lengthOf(body), connection: 'close' },
    signal: stop,
  })
    .once('response', resolve)
    .once('error', reject)
    .end(body);
  try {
    return await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function lengthOf(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

async function openConnection(
  { host, hostname, protocol, port }: URL,
  connect: Connect,
  stop: AbortSignal,
): Promise<Socket> {
  stop.throwIfAborted();
  const connector = typeof connect === 'function' ? connect : buildConnector({ ...connect, allowH2: false });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const onAbort = (): void => reject(stop.reason);
  stop.addEventListener('abort', onAbort, { once: true });
  connector({ host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port }, (error, socket) => {
    if (error !== null) reject(error);
    else if (stop.aborted) socket.destroy();
    else resolve(socket);
  });
  try {
    return await promise;
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}
