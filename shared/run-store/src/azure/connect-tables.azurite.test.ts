import { startForwardProxy, startTemporaryAzurite } from '@tally/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { connectTables } from './connect-tables.ts';

afterEach(() => void vi.unstubAllEnvs());

test('requests to other machines go through the proxy of the environment; requests to this machine do not', async () => {
  const azurite = await startTemporaryAzurite();
  const port = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(azurite.connectionString)?.[1]);
  const proxy = await startForwardProxy(port);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
    vi.stubEnv(name, proxy.url);
    vi.stubEnv(name.toLowerCase(), proxy.url);
  }
  try {
    await connectTables({ kind: 'connectionString', value: azurite.connectionString }).create(['runs']);
    expect(proxy.asked).toEqual([]);
    const elsewhere = azurite.connectionString.replaceAll(`127.0.0.1:${port}`, '192.0.2.1');
    await connectTables({ kind: 'connectionString', value: elsewhere }).create(['chunks']);
    expect(proxy.asked[0]).toMatch(/^POST http:\/\/192\.0\.2\.1\/devstoreaccount1\/Tables/);
  } finally {
    await proxy.stop();
    await azurite.stop();
  }
});
