import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { appIdentity } from './app-identity.ts';

const SCOPE = 'https://storage.azure.com/.default';

let asked: URL[] = [];
let endpoint: string;
// One for all tests: the library remembers the first endpoint of a process.
beforeAll(async () => {
  // Answers as the identity endpoint of App Service does.
  const server = createServer(({ url = '' }, answer) => {
    asked.push(new URL(url, endpoint));
    const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ access_token: 'a-token', expires_on, resource: 'r', token_type: 'Bearer' }));
  });
  endpoint = `http://127.0.0.1:${await listenOnLoopback(server)}/msi/token`;
  return async () => await closeServer(server);
});
afterEach(() => {
  asked = [];
  vi.unstubAllEnvs();
});

async function tokenOf(clientId: string | undefined, env: Record<string, string>) {
  // The library reads these from the process.
  vi.stubEnv('IDENTITY_ENDPOINT', endpoint);
  vi.stubEnv('IDENTITY_HEADER', 'a-header');
  return await appIdentity(clientId, env).getToken(SCOPE);
}

const CLIENT_OF_APP = '00000000-0000-0000-0000-00000000000a';
const CLIENT_OF_SETTING = '00000000-0000-0000-0000-00000000000b';

describe('the identity of an app in Azure', () => {
  test('is the managed one of AZURE_CLIENT_ID', async () => {
    const env = { IDENTITY_ENDPOINT: endpoint, AZURE_CLIENT_ID: CLIENT_OF_APP };
    expect(await tokenOf(undefined, env)).toMatchObject({ token: 'a-token' });
    expect(asked.map((url) => url.searchParams.get('client_id'))).toEqual([CLIENT_OF_APP]);
  });

  test("is the one of the connection's setting before that", async () => {
    const env = { IDENTITY_ENDPOINT: endpoint, AZURE_CLIENT_ID: CLIENT_OF_APP };
    await tokenOf(CLIENT_OF_SETTING, env);
    expect(asked.map((url) => url.searchParams.get('client_id'))).toEqual([CLIENT_OF_SETTING]);
  });

  test("is the system's without either", async () => {
    expect(await tokenOf(undefined, { IDENTITY_ENDPOINT: endpoint })).toMatchObject({ token: 'a-token' });
    expect(asked.map((url) => url.searchParams.get('client_id'))).toEqual([null]);
  });
});

test('elsewhere it is whichever the environment of a developer has', async () => {
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential');
  await expect(appIdentity(undefined, {}).getToken(SCOPE)).rejects.toThrow('EnvironmentCredential');
  expect(asked).toEqual([]);
});
