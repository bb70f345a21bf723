import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { QueueServiceClient, type StoragePipelineOptions } from '@azure/storage-queue';
import type { StorageConnection } from '@tally/contracts';
import type { Queues } from '../port.ts';
import { AzureQueues } from './azure-queues.ts';

/**
 * Requests may be repeated blindly, sends too: a message is a permit, and one too many changes no result (I2). From half a second,
 * the library's default of four would hold a worker's next chunk back for no reason.
 */
const OPTIONS: StoragePipelineOptions = {
  retryOptions: { maxTries: 5, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
  keepAliveOptions: { enable: true },
};

/** The queues of a storage account. */
export function connectQueues(connection: StorageConnection): Queues {
  return new AzureQueues(serviceOf(connection));
}

function serviceOf(connection: StorageConnection): QueueServiceClient {
  if (connection.kind === 'connectionString') return QueueServiceClient.fromConnectionString(connection.value, OPTIONS);
  const { queueServiceUri, clientId } = connection;
  const credential =
    clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
  return new QueueServiceClient(queueServiceUri, credential, OPTIONS);
}
