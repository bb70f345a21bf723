import { createServer } from 'node:net';

/**
 * A loopback port that nobody listens on at this moment. Another process may take it before the caller does, so callers
 * who can't listen on port 0 themselves must be ready to try again with a new one.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port: this cannot happen.');
  return address.port;
}
