import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorText } from './error-text.ts';
import { HostError } from './host-error.ts';
import { HEAD_MAX_BYTES, headRefusal } from './http-head.ts';
import { answerEmpty } from './http-trigger.ts';
import type { Log } from './log.ts';

/**
 * How long a connection is kept for a client's next request: 130 s, as the official host's server keeps it by
 * default (KestrelServerLimits.KeepAliveTimeout). Node's own 5 s can end while a busy client begins to send.
 */
const KEEP_ALIVE_MS = 130_000;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The port of the app. It is opened before the app is loaded, so that a port in use is reported at once.
 * Until the app is loaded, it answers 503.
 */
export class HttpServer {
  readonly #server: Server;
  readonly #log: Log;
  #handler: RequestHandler | undefined;
  #closing = false;

  private constructor(log: Log) {
    this.#log = log;
    this.#server = createServer(
      { maxHeaderSize: HEAD_MAX_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
      (request, response) => void this.#handle(request, response),
    );
  }

  /**
   * @param port 0: a free port
   * @throws HostError when the address can't be listened on
   */
  static async listen(hostname: string, port: number, log: Log): Promise<HttpServer> {
    const server = new HttpServer(log);
    server.#server.listen(port, hostname);
    try {
      await once(server.#server, 'listening');
    } catch (cause) {
      throw new HostError(listenMessage(hostname, port, cause), { cause });
    }
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server is closed');
    return address.port;
  }

  serve(handler: RequestHandler): void {
    this.#handler = handler;
  }

  /**
   * Accepts no new connection, answers the requests in progress, and resolves when the last one is answered.
   */
  async close(): Promise<void> {
    this.#closing = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Without this header a client's open connection would keep the server from closing.
    if (this.#closing) response.setHeader('connection', 'close');
    response.on('finish', () => this.#closing && setImmediate(() => this.#server.closeIdleConnections()));
    try {
      const refusal = headRefusal(request);
      if (refusal !== undefined) answerEmpty(response, refusal);
      else if (this.#handler === undefined) answerEmpty(response, 503);
      else await this.#handler(request, response);
    } catch (error) {
      if (request.destroyed && !request.complete) return; // The caller has gone, so there is nothing to answer.
      // Without the query, which may hold a key.
      this.#log.write('error', `${request.method} ${request.url?.split('?')[0]}: ${errorText(error)}`);
      if (response.headersSent) response.destroy();
      else answerEmpty(response, 500);
    }
  }
}

function listenMessage(hostname: string, port: number, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${hostname} is in use. Stop what listens there (another Tally?) or choose another port: --port.`;
  }
  if (code === 'EACCES')
    return `Port ${port} on ${hostname} needs more rights than you have. Choose one above 1023: --port.`;
  return `Can't listen on ${hostname}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
}
