import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

/** A proxy as `HTTP_PROXY` and `HTTPS_PROXY` name one. It leads every request to one port of this machine. */
export interface ForwardProxy {
  readonly url: string;
  /** The requests it got: `CONNECT 192.0.2.1:443`, or the method and the full URL. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** @param targetPort where all requests end, on 127.0.0.1 */
export async function startForwardProxy(targetPort: number): Promise<ForwardProxy> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { pathname, search } = new URL(incoming.url ?? '');
    const { method, headers } = incoming;
    const passed = httpRequest({ host: '127.0.0.1', port: targetPort, path: pathname + search, method, headers });
    passed.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on('connect', (incoming, socket, head) => {
    asked.push(`CONNECT ${incoming.url}`);
    const tunnel = connect(targetPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      tunnel.write(head);
      tunnel.pipe(socket).pipe(tunnel);
    });
    for (const [one, other] of [
      [tunnel, socket],
      [socket, tunnel],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  return { url, asked, stop: () => closeServer(server) };
}
