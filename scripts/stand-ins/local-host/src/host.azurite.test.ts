import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { freePort, startAzurite } from '@tally/azurite';
import { afterEach, describe, expect, it } from 'vitest';
import { FixtureHost, until } from '../fixtures/fixture-host.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function fixture(...args: Parameters<typeof FixtureHost.create>): Promise<FixtureHost> {
  const created = await FixtureHost.create(...args);
  cleanUps.push(() => created.dispose());
  return created;
}

async function azurite(ports?: { queue: number; table: number }) {
  const started = await startAzurite({ inMemory: true, ...(ports && { ports }) });
  cleanUps.push(() => started.stop());
  return started;
}

function connectionString(port: number, key = 'a2V5'): string {
  const endpoint = `http://127.0.0.1:${port}/devstoreaccount1`;
  return `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};QueueEndpoint=${endpoint};`;
}

/** A storage that has a queue service and then refuses each request with 403. */
async function refusingStorage(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url?.includes('comp=properties')) response.end('<?xml version="1.0"?><StorageServiceProperties/>');
    else response.writeHead(403, { 'x-ms-error-code': 'AuthenticationFailed' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return connectionString(address.port);
}

describe('a host that cannot start says why and what to do, and ends with exit code 1', () => {
  async function failure(work: FixtureHost, port = 0): Promise<string> {
    const message = await work.start(port).then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(message).toContain('ended with exit code 1');
    return message;
  }

  it('the port is in use', async () => {
    const first = await (await fixture('http')).start();
    const message = await failure(await fixture('http'), first.port);
    expect(message).toContain(`Port ${first.port} on 127.0.0.1 is in use`);
    expect(message).toContain('choose another port: --port');
    expect(message).not.toContain('    at ');
  });

  it('the storage does not answer', async () => {
    const port = await freePort();
    const env = {
      WORK_QUEUE: 'work',
      FixtureStorage: connectionString(port),
      TALLY_HOST_STORAGE_PATIENCE_SECONDS: '1',
    };
    const message = await failure(await fixture('queue', env));
    expect(message).toContain(`The storage at http://127.0.0.1:${port}/devstoreaccount1 (setting FixtureStorage)`);
    expect(message).toContain('npm start');
  });

  it('the storage refuses the key', async () => {
    const { ports } = await azurite();
    const settings = { WORK_QUEUE: 'work', FixtureStorage: connectionString(ports.queue, 'd3Jvbmc=') };
    expect(await failure(await fixture('queue', settings))).toContain(
      'refuses the connection string in FixtureStorage (403',
    );
  });

  it('a connection setting is missing, no connection string, or an identity', async () => {
    expect(await failure(await fixture('queue'))).toContain('The setting FixtureStorage is missing');
    expect(await failure(await fixture('queue', { FixtureStorage: 'nonsense' }))).toContain(
      'is not a storage connection string',
    );
    const identity = { FixtureStorage__queueServiceUri: 'https://x.queue.core.windows.net' };
    expect(await failure(await fixture('queue', identity))).toContain('connects with an identity');
  });

  it('a setting that a binding names is missing', async () => {
    const { connectionString: storage } = await azurite();
    expect(await failure(await fixture('queue', { FixtureStorage: storage }))).toContain(
      'needs the setting WORK_QUEUE',
    );
  });

  it('the app is not built', async () => {
    const work = await fixture('http');
    rmSync(join(work.appDir, 'dist'), { recursive: true });
    expect(await failure(work)).toContain("main.cjs doesn't exist. Build the app first: npm run build");
    rmSync(join(work.appDir, 'host.json'));
    expect(await failure(work)).toContain('There is no');
  });

  it('the app registers nothing', async () => {
    expect(await failure(await fixture(''))).toContain('was loaded, but registered no function');
  });

  it('the app throws while it is loaded, although it has registered functions before', async () => {
    const message = await failure(await fixture('http,throws'));
    expect(message).toContain('threw while it was loaded');
    expect(message).toContain('no luck today');
  });

  it('a function has a trigger that this host does not have', async () => {
    expect(await failure(await fixture('blob'))).toContain('"blob" uses blobTrigger');
  });

  it('host.json or the environment is wrong', async () => {
    const message = await failure(await fixture('http', {}, { batchSize: 33, maxPolingInterval: '00:00:01' }));
    expect(message).toContain('extensions.queues.batchSize');
    expect(message).toContain('maxPolingInterval');
    expect(await failure(await fixture('http', { TALLY_HOST_LEASE_SECONDS: 'ten' }))).toContain(
      'TALLY_HOST_LEASE_SECONDS',
    );
  });
});

describe('a storage that fails later', () => {
  it('is waited for and used again if it comes back in time (rule 5)', async () => {
    const first = await azurite();
    const { ports } = first;
    const work = await fixture('queue', { WORK_QUEUE: 'work', FixtureStorage: first.connectionString });
    const host = await work.start();
    await first.stop();
    await work.told("The storage doesn't answer");
    const second = await azurite(ports);
    const queue = QueueServiceClient.fromConnectionString(second.connectionString).getQueueClient('work');
    await queue.create();
    await queue.sendMessage('after the gap');
    await until(() => work.evidence('end').length === 1);
    await work.told('The storage answers again.');
    expect(await host.stop()).toEqual({ code: 0, signal: null });
  });

  it('ends the host with exit code 1 and a message if it stays away (rule 5)', async () => {
    const storage = await azurite();
    const env = {
      WORK_QUEUE: 'work',
      FixtureStorage: storage.connectionString,
      TALLY_HOST_STORAGE_PATIENCE_SECONDS: '1',
    };
    const work = await fixture('queue', env);
    const host = await work.start();
    await storage.stop();
    expect(await host.exited).toEqual({ code: 1, signal: null });
    await work.told("can't be reached");
  });

  it('ends the host at once if it refuses a request (rule 5)', async () => {
    const work = await fixture('queue', { WORK_QUEUE: 'work', FixtureStorage: await refusingStorage() });
    const host = await work.start();
    expect(await host.exited).toEqual({ code: 1, signal: null });
    await work.told('refuses the connection string in FixtureStorage (403');
    expect(work.lines.join('\n')).not.toContain("doesn't answer");
  });
});

describe('a host', () => {
  it('takes settings from local.settings.json, which the environment overrides', async () => {
    const { connectionString: storage } = await azurite();
    const work = await fixture('queue', { WORK_QUEUE: 'from-environment' });
    const Values = { WORK_QUEUE: 'from-file', AzureWebJobsFixtureStorage: storage, FixtureStorage: 'loses' };
    writeFileSync(join(work.appDir, 'local.settings.json'), JSON.stringify({ IsEncrypted: false, Values }));
    const queues = QueueServiceClient.fromConnectionString(storage);
    for (const name of ['from-environment', 'from-file']) {
      await queues.createQueue(name);
      await queues.getQueueClient(name).sendMessage(name);
    }
    await work.start();
    await until(() => work.evidence('end').length === 1);
    expect(work.evidence('end')[0]?.message).toBe('from-environment');
  });

  it('stops at once on a second signal', async () => {
    const work = await fixture('http');
    const host = await work.start();
    const answer = fetch(`${host.url}/api/hold/never`).catch((error: unknown) => error);
    await until(() => work.evidence('start').length === 1);
    const stopped = host.stop();
    await work.told('stopping');
    await host.kill('SIGINT');
    expect(await stopped).toEqual({ code: 1, signal: null });
    expect(await answer).toBeInstanceOf(Error);
  });

  it('shuts down if the process that started it is killed', async () => {
    const work = await fixture('http,hooks');
    const parent = fork(new URL('../fixtures/host-parent.ts', import.meta.url), [work.appDir]);
    cleanUps.push(() => parent.kill('SIGKILL'));
    const pid = await new Promise((resolve) => parent.once('message', resolve));
    parent.kill('SIGKILL');
    await until(() => !isRunning(Number(pid)));
    expect(work.evidence('appTerminate')).toHaveLength(1);
  });

  it("shows the app's structured lines in readable form", async () => {
    const work = await fixture('http');
    const host = await work.start();
    await fetch(`${host.url}/api/structured`);
    const line = await until(() => work.lines.find((each) => each.includes('structured line')));
    expect(line).toMatch(/^10:00:00\.123 warn {2}\S+ +structured line run=r1$/);
  });

  it('writes its log as JSON if set so', async () => {
    const work = await fixture('http', { TALLY_LOG_FORMAT: 'json' });
    const host = await work.start();
    await fetch(`${host.url}/api/boom`);
    const failed = await until(() => work.lines.find((line) => line.includes('secret detail')));
    expect(JSON.parse(failed)).toMatchObject({ level: 'error', functionName: 'boom', app: host.app });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
