import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { type Azurite, startAzurite } from '@tally/azurite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { FixtureHost, until } from '../fixtures/fixture-host.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
});
afterAll(() => azurite.stop());

let queues = 0;
let queue: QueueClient;
let poison: QueueClient;
beforeEach(async () => {
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const name = `work-${++queues}`;
  queue = service.getQueueClient(name);
  poison = service.getQueueClient(`${name}-poison`);
  await queue.create();
});

let work: FixtureHost;
afterEach(() => work.dispose());

async function fixture(functions: string, settings: object = {}): Promise<FixtureHost> {
  const env = {
    TALLY_HOST_WORKER: 'apart',
    FixtureStorage: azurite.connectionString,
    WORK_QUEUE: queue.name,
  };
  return await FixtureHost.create(functions, env, settings);
}

/** @throws where there is no worker: a signal to 0 would end this process and all of its group */
function killWorker(pid: number | undefined): void {
  if (pid === undefined) throw new Error('the host has no worker');
  process.kill(pid, 'SIGKILL');
}

it('a worker that dies fails all invocations in flight, but not the host, which starts another one (rule 17)', async () => {
  work = await fixture('queue,http,hooks', { maxDequeueCount: 2 });
  const messages = ['a', 'b', 'c'].map((name) => ({ do: 'hold', name }));
  for (const message of messages) await queue.sendMessage(JSON.stringify(message));
  const host = await work.start();
  const call = fetch(`${host.url}/api/hold/d`);
  await until(() => work.evidence('start').length === 4);
  const first = await host.workerPid();
  expect(new Set(work.evidence('start').map(({ pid }) => pid))).toEqual(new Set([first]));
  expect(first).not.toBe(host.pid);

  killWorker(first);
  expect((await call).status).toBe(500);
  await work.told('the worker ended with SIGKILL: 4 invocations have failed');
  // The messages are free again at once, as the visibilityTimeout says. Their leases of ten minutes would end
  // much later.
  await until(() => work.evidence('start', 'work').length === 6);
  const second = await host.workerPid();
  const again = work.evidence('start', 'work').slice(3);
  expect(again.map(({ pid, metadata }) => [pid, Number(metadata?.dequeueCount)])).toEqual(again.map(() => [second, 2]));

  // This was the last attempt of each message, except the one that succeeds before.
  work.release('b');
  await until(() => work.evidence('end').length === 1);
  killWorker(second);
  const given = async () => (await poison.exists()) && (await poison.getProperties()).approximateMessagesCount === 2;
  await until(given);
  await until(async () => (await queue.getProperties()).approximateMessagesCount === 0);
  expect((await fetch(`${host.url}/api/echo`)).status).toBe(201);
  expect(await host.stop()).toEqual({ code: 0, signal: null });
  expect(work.evidence('appTerminate')).toHaveLength(1);
});

it('invocations without a worker wait for the next one, which gets the same functions', async () => {
  work = await fixture('http');
  const host = await work.start();
  killWorker(await host.workerPid());
  await work.told('it is started again');
  const answer = await fetch(`${host.url}/api/Echo/7?x=1`, { method: 'POST', body: 'ü' });
  expect(await answer.json()).toMatchObject({ method: 'POST', params: { id: '7' }, query: { x: '1' }, body: 'ü' });
});

it('an app that cannot be loaded ends the host, with its reason', async () => {
  work = await fixture('http,throws');
  await expect(work.start()).rejects.toThrow(/no luck today[\s\S]*ended with exit code 1 before it was ready/);
});
