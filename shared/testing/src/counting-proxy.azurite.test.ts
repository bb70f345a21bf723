import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { type Azurite, startAzurite } from '@tally/azurite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type CountingProxy, type ProxyOptions, startCountingProxy } from './counting-proxy.ts';
import { deliverTwice } from './disturbance.ts';
import type { StorageRequest } from './storage-request.ts';

let azurite: Azurite;
let proxy: CountingProxy | undefined;
let names = 0;

beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
});
afterEach(() => proxy?.stop());
afterAll(() => azurite.stop());

async function throughProxy(options: ProxyOptions = {}) {
  const started = await startCountingProxy(azurite, options);
  proxy = started;
  const name = `things${++names}`;
  const noRetries = { retryOptions: { maxTries: 1, maxRetries: 0 } };
  const { connectionString } = started;
  return {
    proxy: started,
    name,
    queue: QueueServiceClient.fromConnectionString(connectionString, noRetries).getQueueClient(name),
    table: TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true, ...noRetries }),
  };
}

test('every queue request is counted under its name, and works as without the proxy', async () => {
  const { proxy, queue } = await throughProxy();
  await queue.create();
  await queue.sendMessage('first');
  await queue.sendMessage('second');
  expect((await queue.getProperties()).approximateMessagesCount).toBe(2);
  expect((await queue.peekMessages({ numberOfMessages: 5 })).peekedMessageItems).toHaveLength(2);
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 2 });
  const [first, second] = receivedMessageItems;
  if (first === undefined || second === undefined) throw new Error('Two messages were sent.');
  await queue.deleteMessage(first.messageId, first.popReceipt);
  await queue.updateMessage(second.messageId, second.popReceipt, 'changed', 30);
  await queue.receiveMessages();

  expect(proxy.counts()).toEqual({
    CreateQueue: 1,
    PutMessage: 2,
    QueueMetadata: 1,
    PeekMessages: 1,
    GetMessages: 2,
    DeleteMessage: 1,
    UpdateMessage: 1,
  });
  const gets = proxy.exchanges.filter((exchange) => exchange.operation === 'GetMessages');
  expect(gets.map((exchange) => exchange.received)).toEqual([2, 0]);
});

test('every table request is counted under its name, a transaction once with its size', async () => {
  const { proxy, table, name } = await throughProxy();
  await table.createTable();
  const row = (rowKey: string) => ({ partitionKey: "it's 1:2", rowKey, value: 1 });
  await table.createEntity(row('a'));
  const { etag } = await table.getEntity("it's 1:2", 'a');
  await table.updateEntity(row('a'), 'Merge', { etag });
  await table.updateEntity(row('a'), 'Replace', { etag: '*' });
  await table.submitTransaction([
    ['create', row('b')],
    ['update', row('a'), 'Merge', { etag: '*' }],
  ]);
  const rows = [];
  for await (const entity of table.listEntities()) rows.push(entity.rowKey);
  expect(rows).toEqual(['a', 'b']);
  await table.deleteEntity("it's 1:2", 'b');
  await expect(table.getEntity("it's 1:2", 'b')).rejects.toMatchObject({ statusCode: 404 });

  expect(proxy.counts((exchange) => exchange.target === name)).toEqual({
    CreateTable: 1,
    InsertEntity: 1,
    GetEntity: 2,
    MergeEntity: 1,
    UpdateEntity: 1,
    EntityGroupTransaction: 1,
    QueryEntities: 1,
    DeleteEntity: 1,
  });
  expect(proxy.exchanges.find((exchange) => exchange.operation === 'EntityGroupTransaction')?.batchSize).toBe(2);
  expect(proxy.exchanges.filter((exchange) => exchange.status === 404)).toHaveLength(1);
});

test('an observer sees the text of messages and the rows of transactions', async () => {
  const seen: StorageRequest[] = [];
  const { queue, table, name } = await throughProxy({ observe: (request) => seen.push(request) });
  await queue.create();
  const text = JSON.stringify({ url: 'https://example.org/?a=1&b=<2>', note: 'Grüße "an" alle' });
  await queue.sendMessage(text);
  await table.createTable();
  await table.submitTransaction([['create', { partitionKey: 'p', rowKey: 'r', todo: '3-31,40' }]]);
  const { etag } = await table.getEntity('p', 'r');
  await table.submitTransaction([['update', { partitionKey: 'p', rowKey: 'r', todo: '40' }, 'Merge', { etag }]]);

  expect(seen.find((request) => request.operation === 'PutMessage')?.message).toBe(text);
  const batches = seen.flatMap((request) => request.batch ?? []);
  expect(batches).toEqual([
    { operation: 'InsertEntity', table: name, entity: { PartitionKey: 'p', RowKey: 'r', todo: '3-31,40' } },
    { operation: 'MergeEntity', table: name, entity: { PartitionKey: 'p', RowKey: 'r', todo: '40' }, ifMatch: etag },
  ]);
});

test('every third message is delivered twice, and counted once', async () => {
  const { proxy, queue } = await throughProxy({ disturb: deliverTwice(3) });
  await queue.create();
  for (const text of ['1', '2', '3', '4', '5', '6', '7']) await queue.sendMessage(text);
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  expect(peekedMessageItems.map((item) => item.messageText)).toEqual(['1', '2', '3', '3', '4', '5', '6', '6', '7']);
  expect(proxy.counts().PutMessage).toBe(7);
});

test('a disturbance can answer for storage, and can lose the answer to a completed request', async () => {
  const faults = ['busy', 'lost'];
  const { proxy, queue } = await throughProxy({
    disturb: async (request, forward) => {
      if (request.operation !== 'PutMessage') return forward();
      const fault = faults.shift();
      if (fault === 'busy') return { status: 503, rawHeaders: ['x-ms-error-code', 'ServerBusy'], body: Buffer.of() };
      await forward();
      return 'reset';
    },
  });
  await queue.create();
  await expect(queue.sendMessage('busy')).rejects.toMatchObject({ statusCode: 503 });
  await expect(queue.sendMessage('lost')).rejects.toMatchObject({ code: 'ECONNRESET' });
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  expect(peekedMessageItems.map((item) => item.messageText)).toEqual(['lost']);
  expect(proxy.exchanges.map((exchange) => exchange.status)).toEqual([201, 503, undefined, 200]);
});
