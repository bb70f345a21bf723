import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import { isPlainHttp, proxySettings, type StorageConnection } from '@tally/contracts';
import { appIdentity } from '@tally/contracts/app-identity';
import type { BlobStore } from '../port.ts';
import { AzureBlobs } from './azure-blobs.ts';
import { signByAccountKey, signByIdentity } from './link-signer.ts';

/** Requests may be repeated blindly: a write replaces the complete blob with that name. */
const OPTIONS: StoragePipelineOptions = {
  retryOptions: { maxTries: 5, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
};

/** The most open connections to the blob service. Files are large, and a few of them fill a line. */
const MAX_SOCKETS = 32;

/**
 * The blobs of a storage account.
 * @throws Error if an identity was given without the address of the blob service
 */
export function connectBlobs(connection: StorageConnection): BlobStore {
  if (connection.kind === 'connectionString') {
    const { value } = connection;
    const options = optionsFor(isPlainHttp(value, 'Blob') ? HttpAgent : HttpsAgent);
    return new AzureBlobs(BlobServiceClient.fromConnectionString(value, options), signByAccountKey());
  }
  const { blobServiceUri, clientId } = connection;
  if (blobServiceUri === undefined) throw new Error('the setting TallyStorage__blobServiceUri is missing');
  const credential = appIdentity(clientId, process.env);
  const service = new BlobServiceClient(blobServiceUri, credential, optionsFor(HttpsAgent));
  return new AzureBlobs(service, signByIdentity(service));
}

/**
 * The library passes its options on to its pipeline, which knows `agent`. Only the library's own type omits
 * it. A test checks that it works.
 */
function optionsFor(Agent: typeof HttpAgent | typeof HttpsAgent): StoragePipelineOptions & { agent: HttpAgent } {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: proxySettings(process.env) });
  return { ...OPTIONS, agent };
}
