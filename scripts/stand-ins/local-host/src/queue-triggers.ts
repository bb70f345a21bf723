import type { Invokes } from './app-runtime.ts';
import type { QueueFunction } from './function-registry.ts';
import type { HostConfig } from './host-config.ts';
import { type Environment, type HostSettings, resolveSettings } from './host-settings.ts';
import type { Log } from './log.ts';
import { poisonQueueName, QueueListener } from './queue-listener.ts';
import { StorageConnection } from './storage-connection.ts';
import { WakeUps } from './wake-ups.ts';

export interface QueueTriggersOptions {
  readonly functions: readonly QueueFunction[];
  readonly env: Environment;
  readonly settings: HostSettings;
  readonly config: HostConfig;
  readonly invoker: Invokes;
  readonly log: Log;
  /**
   * Called when a listener met a storage error that ends the host (rule 5). The message names the error and
   * says how to fix it.
   */
  readonly onFatal: (message: string, error: unknown) => void;
}

/**
 * Creates a listener for each queue function, once the storage accounts that they name have answered. The
 * listeners don't poll yet.
 * @throws HostError when a connection setting is missing or wrong, or its storage doesn't answer
 */
export async function createQueueListeners(options: QueueTriggersOptions): Promise<QueueListener[]> {
  const { functions, env, settings, config, invoker, log, onFatal } = options;
  const connections = new Map<string, StorageConnection>();
  const connect = (name: string): StorageConnection => {
    const known = connections.get(name) ?? new StorageConnection(name, env, settings.storagePatienceMs, log);
    connections.set(name, known);
    return known;
  };
  const wakeUps = new WakeUps();
  const listeners = functions.map((fn) => {
    const connection = connect(fn.trigger.connection);
    // Queue names are in lower case. The official host converts the name in the binding.
    const queueName = resolveSettings(fn.trigger.queueName, env).toLowerCase();
    const poisonName = poisonQueueName(queueName);
    return new QueueListener({
      fn,
      queue: connection.queue(queueName),
      poisonQueue: poisonName === undefined ? undefined : connection.queue(poisonName),
      config: config.queues,
      leaseMs: settings.leaseMs,
      invoker,
      wakeUps,
      log,
      onFatal: (error) => onFatal(connection.explain(error), error),
    });
  });
  await Promise.all([...connections.values()].map((connection) => connection.check()));
  return listeners;
}
