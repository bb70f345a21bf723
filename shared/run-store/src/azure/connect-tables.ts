import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { TableClient, TableServiceClient, type TableServiceClientOptions } from '@azure/data-tables';
import { isPlainHttp, proxySettings, type StorageConnection } from '@tally/contracts';
import { appIdentity } from '@tally/contracts/app-identity';
import type { Tables } from '../tables/tables.ts';
import { AzureTables, type TableClients } from './azure-tables.ts';

/**
 * Most open connections to the table service. A process works on about two dozen messages at a time, each
 * with one request open. More sockets would only move the waiting from here to the service.
 */
const MAX_SOCKETS = 64;

/**
 * Reads may be repeated blindly: five times with exponential back-off, from 0.2 s, to outlast a partition
 * that moves.
 */
const READ_RETRIES = { maxRetries: 5, retryDelayInMs: 200, maxRetryDelayInMs: 5_000 };

/**
 * A conditional write is never repeated blindly. If its answer got lost after it took effect, the repetition
 * would meet its own row and report a false conflict. Only the caller that knows what it wrote can tell. So
 * the adapter reports an unknown outcome instead.
 */
const NO_RETRIES = { maxRetries: 0 };

/** The tables of a storage account. */
export function connectTables(connection: StorageConnection): Tables {
  const isPlain = connection.kind === 'connectionString' && isPlainHttp(connection.value, 'Table');
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: proxySettings(process.env) };
  const agent = isPlain ? new HttpAgent(agentOptions) : new HttpsAgent(agentOptions);
  const common: TableServiceClientOptions = { agent, allowInsecureConnection: isPlain };
  const reading = { ...common, retryOptions: READ_RETRIES };
  const writing = { ...common, retryOptions: NO_RETRIES };
  return new AzureTables(clientsOf(connection, reading, writing));
}

function clientsOf(
  connection: StorageConnection,
  reading: TableServiceClientOptions,
  writing: TableServiceClientOptions,
): TableClients {
  if (connection.kind === 'connectionString') {
    const { value } = connection;
    return {
      service: TableServiceClient.fromConnectionString(value, reading),
      reader: (table) => TableClient.fromConnectionString(value, table, reading),
      writer: (table) => TableClient.fromConnectionString(value, table, writing),
    };
  }
  const { tableServiceUri: uri, clientId } = connection;
  const credential = appIdentity(clientId, process.env);
  return {
    service: new TableServiceClient(uri, credential, reading),
    reader: (table) => new TableClient(uri, table, credential, reading),
    writer: (table) => new TableClient(uri, table, credential, writing),
  };
}
