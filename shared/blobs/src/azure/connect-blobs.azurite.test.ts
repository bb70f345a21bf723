import { startForwardProxy, startTemporaryAzurite } from '@tally/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { connectBlobs } from './connect-blobs.ts';

afterEach(() => void vi.unstubAllEnvs());

test('requests to other machines go through the proxy of the environment; requests to this machine do not', async () => {
  const azurite = await startTemporaryAzurite({ blob: true });
  const port = Number(/BlobEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(azurite.connectionString)?.[1]);
  const proxy = await startForwardProxy(port);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
    vi.stubEnv(name, proxy.url);
    vi.stubEnv(name.toLowerCase(), proxy.url);
  }
  try {
    await connectBlobs({ kind: 'connectionString', value: azurite.connectionString }).createContainers(['here']);
    expect(proxy.asked).toEqual([]);
    const elsewhere = azurite.connectionString.replaceAll(`127.0.0.1:${port}`, '192.0.2.1');
    await connectBlobs({ kind: 'connectionString', value: elsewhere }).createContainers(['there']);
    expect(proxy.asked[0]).toMatch(/^PUT http:\/\/192\.0\.2\.1\/devstoreaccount1\/there\?/);
  } finally {
    await proxy.stop();
    await azurite.stop();
  }
});

test('an identity without the address of the blob service gets an error that names the missing setting', () => {
  const queueServiceUri = 'https://a.queue.core.windows.net';
  const tableServiceUri = 'https://a.table.core.windows.net';
  expect(() => connectBlobs({ kind: 'identity', queueServiceUri, tableServiceUri })).toThrow(
    'TallyStorage__blobServiceUri is missing',
  );
});
