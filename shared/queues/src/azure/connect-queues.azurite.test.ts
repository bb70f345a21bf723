import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startForwardProxy, startTemporaryAzurite } from '@tally/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { connectQueues } from './connect-queues.ts';

afterEach(() => void vi.unstubAllEnvs());

const taken = `<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage><MessageId>id</MessageId>
<InsertionTime>Fri, 02 Jan 2026 00:00:00 GMT</InsertionTime><ExpirationTime>Fri, 02 Jan 2026 00:00:00 GMT</ExpirationTime>
<PopReceipt>p</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 00:00:00 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>`;

test('however many sends run at once, the process opens a bounded number of connections, and reuses them', async () => {
  let open = 0;
  let most = 0;
  let opened = 0;
  const server = createServer((request, response) => {
    request.resume();
    // Slow enough for the requests to pile up.
    void sleep(20).then(() => response.writeHead(201, { 'Content-Type': 'application/xml' }).end(taken));
  });
  server.on('connection', (socket) => {
    open += 1;
    opened += 1;
    most = Math.max(most, open);
    socket.once('close', () => {
      open -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const value = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:${port}/a;`;
  try {
    const queues = connectQueues({ kind: 'connectionString', value });
    await Promise.all(Array.from({ length: 500 }, (_, number) => queues.send('queue', `message ${number}`)));
    expect(most).toBeLessThanOrEqual(64);
    expect(opened).toBeLessThanOrEqual(64);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('requests to other machines go through the proxy of the environment; requests to this machine do not', async () => {
  const azurite = await startTemporaryAzurite();
  const port = Number(/QueueEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(azurite.connectionString)?.[1]);
  const proxy = await startForwardProxy(port);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
    vi.stubEnv(name, proxy.url);
    vi.stubEnv(name.toLowerCase(), proxy.url);
  }
  try {
    const here = connectQueues({ kind: 'connectionString', value: azurite.connectionString });
    await here.create(['letters']);
    expect(proxy.asked).toEqual([]);
    const elsewhere = azurite.connectionString.replaceAll(`127.0.0.1:${port}`, '192.0.2.1');
    await connectQueues({ kind: 'connectionString', value: elsewhere }).send('letters', 'through the proxy');
    expect(proxy.asked).toHaveLength(1);
    expect(proxy.asked[0]).toMatch(/^POST http:\/\/192\.0\.2\.1\/devstoreaccount1\/letters\/messages\?/);
  } finally {
    await proxy.stop();
    await azurite.stop();
  }
});
