import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StartError } from './start-error.ts';

export interface PhotoServerOptions {
  /** Absolute paths. Nothing else is served. */
  readonly files: readonly string[];
  /** Ports of 127.0.0.1 to try, in this order. */
  readonly ports: readonly number[];
  /** First part of the paths. Default: random and unguessable, so that no other program reads the files. */
  readonly prefix?: string;
}

/** Serves local files to the face service until it is closed. */
export interface PhotoServer {
  /** One URL per file, in the order of the files. */
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/**
 * Serves the files on the first free port of the list, on 127.0.0.1 only.
 * @throws StartError when no port is free
 */
export async function servePhotos({
  files,
  ports,
  prefix = randomBytes(16).toString('base64url'),
}: PhotoServerOptions) {
  // The number distinguishes two files with the same name.
  const paths = files.map((file, index) => `/${prefix}/${index + 1}/${encodeURIComponent(basename(file))}`);
  const fileOf = new Map(paths.map((path, index) => [path, files[index] ?? '']));
  const server = createServer((request, response) => {
    // It fails when the reader has left, or the file is gone.
    answer(fileOf, request, response).catch(() => response.destroy());
  });
  const port = await listenOnOneOf(server, ports);
  return {
    urls: paths.map((path) => `http://127.0.0.1:${port}${path}`),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  } satisfies PhotoServer;
}

async function answer(fileOf: ReadonlyMap<string, string>, request: IncomingMessage, response: ServerResponse) {
  // A query is ignored. A `?` in a file's name is encoded.
  const [path = ''] = (request.url ?? '').split('?');
  const file = fileOf.get(path);
  if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(404).end();
    return;
  }
  const { size } = await stat(file);
  response.writeHead(200, {
    'content-length': size,
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

async function listenOnOneOf(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  throw new StartError(
    `All ${ports.length} ports on which the running system reads local files are in use. ` +
      'Wait until another command that serves files has ended, or give URLs.',
  );
}
