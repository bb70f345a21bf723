import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StartError } from './start-error.ts';

export interface PhotoServerOptions {
  /** Absolute paths; nothing else is served. */
  readonly files: readonly string[];
  /** Ports of 127.0.0.1 to try, in this order. */
  readonly ports: readonly number[];
  /** First part of the paths. Default: a random one that nobody guesses, so that no other program reads the files. */
  readonly prefix?: string;
}

/** Shows local files to the face service for as long as it is open. */
export interface PhotoServer {
  /** One for each file, in their order. */
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/**
 * Serves the files on the first of the ports that is free, on 127.0.0.1 only.
 * @throws StartError when none is
 */
export async function servePhotos({
  files,
  ports,
  prefix = randomBytes(16).toString('base64url'),
}: PhotoServerOptions) {
  // The number tells two files of one name apart.
  const paths = files.map((file, index) => `/${prefix}/${index + 1}/${encodeURIComponent(basename(file))}`);
  const fileOf = new Map(paths.map((path, index) => [path, files[index] ?? '']));
  const server = createServer((request, response) => {
    answer(fileOf, request, response).catch(() => response.destroy()); // The reader has left, or the file is gone.
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
  // A query changes nothing: a `?` of a file's name is encoded.
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
    `All ${ports.length} ports on which the running system looks at local files are in use. ` +
      'Wait until another command that shows it files has ended, or give it URLs.',
  );
}
