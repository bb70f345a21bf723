// Storage with an identity instead of a key, as far as it can be tested without Azure. The settings, the
// clients, the identity library, TLS and the storage service's check of the token are real. The endpoint that
// gives out the token is not.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Azurite, startAzurite } from '@tally/azurite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AccountHost,
  type IdentityEndpoint,
  startAccountHost,
  startIdentityEndpoint,
} from './identity-account.fixture.ts';
import { type SelfSigned, writeSelfSigned } from './self-signed.fixture.ts';

const tableName = 'devstoreaccount1.table.core.windows.net';
const blobName = 'devstoreaccount1.blob.core.windows.net';
const queueName = 'devstoreaccount1.queue.core.windows.net';
const storageResource = 'https://storage.azure.com';

let folder: string;
let tls: SelfSigned;
let azurite: Azurite;
let tableHost: AccountHost;
let queueHost: AccountHost;
let blobHost: AccountHost;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-identity-test-'));
  tls = await writeSelfSigned(folder, [tableName, queueName, blobName]);
  azurite = await startAzurite({ inMemory: true, https: tls, blob: true });
  tableHost = await startAccountHost(tls, tableName, azurite.ports.table);
  queueHost = await startAccountHost(tls, queueName, azurite.ports.queue);
  blobHost = await startAccountHost(tls, blobName, azurite.ports.blob ?? 0);
});

afterEach(async () => {
  await Promise.all([tableHost.stop(), queueHost.stop(), blobHost.stop()]);
  await azurite.stop();
  await rm(folder, { recursive: true });
});

/** Runs the fixture as App Service would run an app. */
async function useStorage(identity: IdentityEndpoint, slash: '' | '/', clientId?: string) {
  const child = fork(new URL('./identity-use.fixture.ts', import.meta.url), {
    // Nothing from this environment: the person who runs the tests may be signed in to Azure.
    env: {
      ...identity.environment,
      NODE_EXTRA_CA_CERTS: tls.certificateFile,
      TallyStorage__tableServiceUri: `${tableHost.origin}${slash}`,
      TallyStorage__queueServiceUri: `${queueHost.origin}${slash}`,
      TallyStorage__blobServiceUri: `${blobHost.origin}${slash}`,
      ...(clientId !== undefined && { TallyStorage__clientId: clientId }),
    },
    execArgv: [],
    silent: true,
  });
  let result: unknown;
  child.once('message', (message) => {
    result = message;
  });
  const errors = child.stderr === null ? Buffer.of() : buffer(child.stderr);
  child.stdout?.resume();
  await once(child, 'close');
  return { result, errors: (await errors).toString() };
}

describe.each([
  { address: 'without a slash at its end', slash: '' },
  { address: 'with a slash at its end', slash: '/' },
] as const)('at an address $address', ({ slash }) => {
  test.each([
    { who: "the app's own identity", clientId: undefined },
    { who: 'the user-assigned identity that the settings name', clientId: '11111111-2222-4333-8444-555555555555' },
  ])('tables, queues and blobs accept the token of $who', async ({ clientId }) => {
    const identity = await startIdentityEndpoint(storageResource);
    const { result, errors } = await useStorage(identity, slash, clientId);
    await identity.stop();

    expect(result, errors).toEqual({
      value: 'alone',
      listed: ['alone', 'one', 'two'],
      depth: 1,
      hasHead: true,
      file: 'a file',
      linked: ['a file', 'a file'],
    });

    const asked = {
      apiVersion: '2019-08-01',
      resource: storageResource,
      clientId: clientId ?? null,
      secret: 'known-to-the-app',
    };
    expect(identity.requests).not.toEqual([]);
    for (const request of identity.requests) expect(request).toEqual(asked);

    for (const { authorization } of [...tableHost.requests, ...queueHost.requests])
      expect(authorization).toBe(`Bearer ${identity.token}`);
    expect(tableHost.requests.map(routeOf)).toEqual([
      'POST /Tables',
      'POST /rows',
      'POST /$batch',
      "GET /rows(PartitionKey='p',RowKey='alone')",
      'GET /rows()',
    ]);
    const linked = blobHost.requests.filter(({ authorization }) => authorization === undefined);
    expect(linked.map(routeOf).sort()).toEqual(['GET /files/copy', 'GET /files/original']);
    expect(blobHost.requests.filter((request) => !linked.includes(request)).map(routeOf)).toEqual([
      'PUT /files',
      'PUT /files/original',
      'PUT /files/copy',
      'HEAD /files/copy',
      'GET /files/copy',
      // One key for both links.
      'POST /',
    ]);
    const rows = `${tableHost.origin}/rows`;
    expect(tableHost.requests.flatMap(({ addresses }) => addresses)).toEqual([rows, rows]);
    expect(queueHost.requests.map(routeOf)).toEqual([
      'PUT /letters',
      'POST /letters/messages',
      'GET /letters',
      'GET /letters/messages',
    ]);
  });
});

test('a token for another resource than storage is refused, and the app says so', async () => {
  const identity = await startIdentityEndpoint('https://vault.azure.net');
  const { result, errors } = await useStorage(identity, '/');
  await identity.stop();
  expect(result).toBeUndefined();
  expect(errors).toMatch(/Invalid token audience/);
  expect(tableHost.requests.map(({ authorization }) => authorization)).toContain(`Bearer ${identity.token}`);
});

function routeOf({ method, path }: { method: string; path: string }): string {
  return `${method} ${decodeURIComponent(path.replace(/\?.*/, ''))}`;
}
