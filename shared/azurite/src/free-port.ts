import { createServer } from 'node:net';

/**
 * A loopback port that no process listens on at this moment. Another process may take it before the caller
 * does. A caller that can't listen on port 0 itself must be ready to try again with a new port.
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
