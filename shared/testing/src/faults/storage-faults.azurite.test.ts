import { TableClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { type Azurite, startAzurite } from '@tally/azurite';
import { beforeAll, expect, test } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../counting-proxy.ts';
import { FaultLog } from './fault-log.ts';
import { injectStorageFaults, type StorageFault, storageFaults } from './storage-faults.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
  return () => azurite.stop();
}, 120_000);

/** A proxy whose every request meets this fault. */
async function withFault(fault: StorageFault, use: (proxy: CountingProxy, log: FaultLog) => Promise<void>) {
  const log = new FaultLog(storageFaults);
  const disturb = injectStorageFaults({ seed: 1, rates: { [fault]: 1_000 }, log, maxDelayMs: 20 });
  const proxy = await startCountingProxy(azurite, { disturb });
  try {
    await use(proxy, log);
  } finally {
    await proxy.stop();
  }
}

const once = { retryOptions: { maxRetries: 0 }, allowInsecureConnection: true };
const table = (connection: string, name: string) => TableClient.fromConnectionString(connection, name, once);
const queue = (connection: string, name: string) =>
  new QueueClient(connection, name, { retryOptions: { maxTries: 1 } });

const nameOf = (fault: string) => fault.replaceAll(' ', '');
const row = { partitionKey: 'p', rowKey: 'r' };

test.each([
  ['503 before', 503, false],
  ['500 before', 500, false],
  ['reset before', undefined, false],
  ['503 after', 503, true],
  ['500 after', 500, true],
  ['reset after', undefined, true],
] as const)('%s: the client gets an error, and the write has taken effect: %3$s', async (fault, status, isDone) => {
  const name = `t${nameOf(fault)}`;
  await table(azurite.connectionString, name).createTable();
  await withFault(fault, async (proxy, log) => {
    const error: unknown = await table(proxy.connectionString, name)
      .createEntity(row)
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(status === undefined ? {} : { statusCode: status });
    expect(log.counts.get(fault)).toBe(1);
  });
  const page = await table(azurite.connectionString, name).listEntities().byPage().next();
  expect(page.value).toHaveLength(isDone ? 1 : 0);
});

test('an error that the storage itself returns is unchanged', async () => {
  await withFault('500 after', async (proxy, log) => {
    await expect(table(proxy.connectionString, 'nosuchtable').getEntity('p', 'r')).rejects.toMatchObject({
      statusCode: 404,
    });
    expect(log.counts.get('500 after')).toBe(0);
  });
});

test.each([
  ['message lost', 0],
  ['message twice', 2],
  ['delay', 1],
] as const)('%s: the sender gets a success, and %i arrive', async (fault, arrived) => {
  const name = nameOf(fault);
  await queue(azurite.connectionString, name).create();
  await withFault(fault, async (proxy, log) => {
    await queue(proxy.connectionString, name).sendMessage('hello');
    expect(log.counts.get(fault)).toBe(1);
  });
  const { receivedMessageItems } = await queue(azurite.connectionString, name).receiveMessages({
    numberOfMessages: 32,
  });
  expect(receivedMessageItems.map((item) => item.messageText)).toEqual(Array.from({ length: arrived }, () => 'hello'));
});

test('the same seed causes the same faults for the same requests, another seed others', async () => {
  const draw = async (seed: number) => {
    const disturb = injectStorageFaults({ seed, rates: { '503 before': 300 }, log: new FaultLog([]) });
    const request = { service: 'queue', operation: 'GetMessages', target: 'q' } as const;
    const answers = Array.from({ length: 100 }, () =>
      disturb({ ...request, method: 'GET', url: '/', headers: {}, body: Buffer.alloc(0) }, () =>
        Promise.resolve({ status: 200, rawHeaders: [], body: Buffer.alloc(0) }),
      ),
    );
    return (await Promise.all(answers)).map((answer) => (answer === 'reset' ? 0 : answer.status));
  };
  expect(await draw(7)).toEqual(await draw(7));
  expect(new Set(await draw(7))).toEqual(new Set([200, 503]));
  expect(await draw(7)).not.toEqual(await draw(8));
});
