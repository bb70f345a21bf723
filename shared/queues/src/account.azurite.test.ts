import { QueueServiceClient } from '@azure/storage-queue';
import { startTemporaryAzurite } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import { connectQueues } from './azure/connect-queues.ts';
import { describeQueues } from './queues.conformance.ts';

let connectionString = '';
beforeAll(async () => {
  const azurite = await startTemporaryAzurite();
  connectionString = azurite.connectionString;
  return () => azurite.stop();
});

const connect = () => connectQueues({ kind: 'connectionString', value: connectionString });

describeQueues('on an account', async () => {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  return {
    queues: connect(),
    receiver: {
      receive: async (queue, max) => {
        const client = service.getQueueClient(queue);
        const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: max, visibilityTimeout: 60 });
        return receivedMessageItems.map(({ messageText, dequeueCount }) => ({ text: messageText, dequeueCount }));
      },
    },
  };
});

test('a message never expires, so that the permits of a run that waits for weeks are kept', async () => {
  const queues = connect();
  await queues.create(['lasting']);
  await queues.send('lasting', 'text');
  const client = QueueServiceClient.fromConnectionString(connectionString).getQueueClient('lasting');
  const { peekedMessageItems } = await client.peekMessages();
  // The service says "never" by the last second of the year 9999.
  expect(peekedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
});
