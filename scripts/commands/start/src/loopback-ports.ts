import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Whether no program listens on that port of 127.0.0.1 at this moment. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    const server = await listenOn(port);
    await closeServer(server);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Different ports of 127.0.0.1 on which no program listens at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  // All ports are held until all are known, because a released port could be returned a second time.
  const servers = await Promise.all(Array.from({ length: count }, () => listenOn(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error('a TCP server has no port: this cannot happen');
    return address.port;
  });
  await Promise.all(servers.map(closeServer));
  return ports;
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}
