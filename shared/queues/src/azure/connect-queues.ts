import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { QueueServiceClient, type StoragePipelineOptions } from '@azure/storage-queue';
import { isPlainHttp, proxySettings, type StorageConnection } from '@tally/contracts';
import { appIdentity } from '@tally/contracts/app-identity';
import type { Queues } from '../port.ts';
import { AzureQueues } from './azure-queues.ts';

/**
 * Requests, sends included, may be repeated blindly: a message is a permit, and an extra one changes no
 * result (I2). Retries start at half a second. The library's default of four would delay a worker's next
 * chunk for no reason.
 */
const OPTIONS: StoragePipelineOptions = {
  retryOptions: { maxTries: 5, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
};

/**
 * The most open connections to the queue service, as to the tables. More would only move the waiting from
 * here to the service.
 */
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
  const credential = appIdentity(clientId, process.env);
  return new QueueServiceClient(queueServiceUri, credential, optionsFor(HttpsAgent));
}

/**
 * The library passes its options on to its pipeline, which knows `agent`. Only the library's own type omits
 * it. A test checks that it works.
 */
function optionsFor(Agent: typeof HttpAgent | typeof HttpsAgent): StoragePipelineOptions & { agent: HttpAgent } {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: proxySettings(process.env) });
  return { ...OPTIONS, agent };
}
