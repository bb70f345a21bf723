import { QueueServiceClient } from '@azure/storage-queue';
import { HostError } from './host-error.ts';
import type { Environment } from './host-settings.ts';
import type { Log } from './log.ts';
import { explainStorageError } from './storage-errors.ts';
import { StorageQueue } from './storage-queue.ts';
import { StorageRetry } from './storage-retry.ts';

/**
 * How long a storage that is started beside the host may take to answer its first request. A setting can
 * shorten it.
 */
const startPatienceMs = 10_000;

/** A storage account that functions name as their `connection`. */
export class StorageConnection {
  /** Name of the environment variable that holds the connection string. */
  readonly setting: string;
  readonly #client: QueueServiceClient;
  readonly #retry: StorageRetry;
  readonly #patienceMs: number;
  readonly #log: Log;

  /** @throws HostError when the setting is missing or holds no connection string */
  constructor(name: string, env: Environment, patienceMs: number, log: Log) {
    const { setting, value } = findSetting(name, env);
    this.setting = setting;
    try {
      // StorageRetry repeats requests, because it also reports them.
      this.#client = QueueServiceClient.fromConnectionString(value, { retryOptions: { maxTries: 1 } });
    } catch (cause) {
      throw new HostError(`The setting ${setting} is not a storage connection string.`, { cause });
    }
    this.#retry = new StorageRetry(patienceMs, log);
    this.#patienceMs = patienceMs;
    this.#log = log;
  }

  queue(name: string): StorageQueue {
    return new StorageQueue(this.#client.getQueueClient(name), this.#retry);
  }

  /** @throws HostError when the storage doesn't answer within a few seconds, or refuses the key */
  async check(): Promise<void> {
    const retry = new StorageRetry(Math.min(startPatienceMs, this.#patienceMs), this.#log);
    try {
      await retry.run((abortSignal) => this.#client.getProperties({ abortSignal }), true);
    } catch (cause) {
      throw new HostError(this.explain(cause), { cause });
    }
  }

  explain(error: unknown): string {
    return explainStorageError(error, this.setting, this.#client.url);
  }
}

/** A connection `X` is the setting `AzureWebJobsX` if there is one, else `X`, as in the official host. */
function findSetting(name: string, env: Environment): { setting: string; value: string } {
  for (const setting of [`AzureWebJobs${name}`, name]) {
    const value = env[setting];
    if (value !== undefined && value !== '') return { setting, value };
  }
  if (env[`${name}__queueServiceUri`] !== undefined) {
    throw new HostError(
      `${name}__queueServiceUri connects with an identity, which the local host can't. ` +
        `Set ${name} to a connection string; it wins over the identity in the official host, too.`,
    );
  }
  throw new HostError(
    `The setting ${name} is missing: a storage connection string (UseDevelopmentStorage=true for Azurite).`,
  );
}
