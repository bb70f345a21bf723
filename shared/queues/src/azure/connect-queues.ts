import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { QueueServiceClient, type StoragePipelineOptions } from '@azure/storage-queue';
import { isPlainHttp, proxySettings, type StorageConnection } from '@tally/contracts';
import type { Queues } from '../port.ts';
import { AzureQueues } from './azure-queues.ts';

/**
 * Requests may be repeated blindly, sends too: a message is a permit, and one too many changes no result (I2). From half a second,
 * the library's default of four would hold a worker's next chunk back for no reason.
 */
const OPTIONS: StoragePipelineOptions = {
  retryOptions: { maxTries: 5, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
};

/** Open connections to the queue service at most, as to the tables: more would only move the waiting from here to the service. */
const MAX_SOCKETS = 64;

/** The queues of a storage account. */
export function connectQueues(connection: StorageConnection): Queues {
  return new AzureQueues(serviceOf(connection));
}

function serviceOf(connection: StorageConnection): QueueServiceClient {
  if (connection.kind === 'connectionString') {
    const { value } = connection;
    return QueueServiceClient.fromConnectionString(
      value,
      optionsFor(isPlainHttp(value, 'Queue') ? HttpAgent : HttpsAgent),
    );
  }
  const { queueServiceUri, clientId } = connection;
  const credential =
    clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
  return new QueueServiceClient(queueServiceUri, credential, optionsFor(HttpsAgent));
}

/** The library hands what it is given on to its pipeline, which knows `agent`; only its own type leaves it out. A test holds it to that. */
function optionsFor(Agent: typeof HttpAgent | typeof HttpsAgent): StoragePipelineOptions & { agent: HttpAgent } {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: proxySettings(process.env) });
  return { ...OPTIONS, agent };
}
