import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { spawnAzurite } from './azurite-process.ts';
import { type Azurite, freePort, startAzurite } from './index.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function started(options: Parameters<typeof startAzurite>[0]): Promise<Azurite> {
  const azurite = await startAzurite(options);
  cleanUps.push(() => azurite.stop());
  return azurite;
}

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-azurite-test-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const portsSchema = z.object({ queue: z.number(), table: z.number() });

const tables = (azurite: Azurite, name: string) =>
  TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true });

test('queues and tables survive a stop and a start on the same folder', async () => {
  const location = await dataFolder();
  const first = await startAzurite({ location });
  const queue = QueueServiceClient.fromConnectionString(first.connectionString).getQueueClient('letters');
  await queue.create();
  await queue.sendMessage('kept');
  await tables(first, 'rows').createTable();
  await tables(first, 'rows').createEntity({ partitionKey: 'p', rowKey: 'r', value: 'kept' });
  await first.stop();
  await first.stop();

  const second = await started({ location, ports: first.ports });
  expect(second.ports).toEqual(first.ports);
  const again = QueueServiceClient.fromConnectionString(second.connectionString).getQueueClient('letters');
  expect((await again.peekMessages()).peekedMessageItems[0]?.messageText).toBe('kept');
  expect(await tables(second, 'rows').getEntity('p', 'r')).toMatchObject({ value: 'kept' });
});

test('an Azurite that is stopped as it begins to listen ends by itself', async () => {
  const children = (['queue', 'table', 'blob'] as const).map((service) =>
    spawnAzurite(service, 0, ['--inMemoryPersistence']),
  );
  const ends = children.map(async (child) => {
    const exited = once(child, 'exit');
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.kill('SIGINT');
    // Nothing sends SIGKILL here: an Azurite that missed the signal would never end.
    await exited;
    return child.exitCode;
  });
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
});

test('several Azurites start at once, each on its own ports', async () => {
  const all = await Promise.all([1, 2, 3].map(() => started({ inMemory: true })));
  const ports = all.flatMap((azurite) => [azurite.ports.queue, azurite.ports.table]);
  expect(new Set(ports).size).toBe(6);
});

test('a port in use is named, and nothing is left running', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  cleanUps.push(async () => taken.close());
  const address = taken.address();
  const queue = typeof address === 'object' && address !== null ? address.port : 0;
  const table = await freePort();
  await expect(startAzurite({ inMemory: true, ports: { queue, table } })).rejects.toThrow(
    new RegExp(`queue service can't listen on 127.0.0.1:${queue}: the port is in use`),
  );
  // The port is free again only if the table service was stopped too.
  const azurite = await started({ inMemory: true, ports: { queue: await freePort(), table } });
  expect(azurite.ports.table).toBe(table);
});

test('the blob service runs if it is asked for', async () => {
  const azurite = await started({ inMemory: true, blob: true });
  expect(azurite.connectionString).toContain(`BlobEndpoint=http://127.0.0.1:${azurite.ports.blob}/devstoreaccount1;`);
  expect((await fetch(`http://127.0.0.1:${azurite.ports.blob}/devstoreaccount1?comp=list`)).status).toBe(403);
});

test('Azurite ends when the process that started it is killed', async () => {
  const parent = fork(new URL('./start-in-memory.fixture.ts', import.meta.url));
  const ports = await new Promise<Azurite['ports']>((resolve, reject) => {
    parent.once('message', (message) => resolve(portsSchema.parse(message)));
    parent.once('exit', () => reject(new Error('The fixture ended too early.')));
  });
  parent.removeAllListeners('exit');
  parent.kill('SIGKILL');
  // Resolves only when both ports are free again.
  const azurite = await vi.waitFor(() => started({ inMemory: true, ports }), { timeout: 60_000, interval: 100 });
  expect(azurite.ports).toEqual(ports);
});

test('an Azurite that ends before it listens is reported in one line, with its output', async () => {
  const start = startAzurite({ inMemory: true, env: { NODE_OPTIONS: '--no-such-option' } });
  const failed = await start.catch((error: unknown) => error);
  expect(String(failed)).toMatch(
    /^AzuriteStartError: Azurite's queue service did not start \(its process ended\); it printed: .*--no-such-option.*$/,
  );
});
