import { once } from 'node:events';
import type { Server } from 'node:net';

/** Makes a server listen on a free port of the loopback address, and returns the port. */
export async function listenForTest(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  // Only a pipe's address is a string.
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
