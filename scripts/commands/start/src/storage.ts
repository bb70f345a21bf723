import { join } from 'node:path';
import { type Azurite, AzuriteStartError, PortInUseError, startAzurite } from '@tally/azurite';
import { checkDataFiles, explainFolder, lockDataFolder, readDataFiles } from './data-folder.ts';
import { ANSWER_MS, reasonOf } from './reachability.ts';
import { StartError } from './start-error.ts';

/** The default ports of Azurite and of Storage Explorer's "Local storage emulator". */
const emulatorPorts = { blob: 10000, queue: 10001, table: 10002 };

export interface Storage {
  readonly connectionString: string;
  /** Resolves when a storage that Tally has started is gone. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

export interface LocalStorageOptions {
  /** The folder of the data. It is created if it doesn't exist. */
  readonly dataFolder: string;
  /** `emulator`: the default ports that tools know, if they are free. */
  readonly ports: 'emulator' | 'free';
  readonly onNotice: (text: string) => void;
  /** Aborts the check whether another process uses the folder. */
  readonly signal: AbortSignal;
}

/**
 * Starts Azurite on the data folder.
 * @throws StartError when another process uses the folder, the folder or a file in it is unusable, or Azurite
 * doesn't start
 */
export async function startLocalStorage({ dataFolder, ports, ...about }: LocalStorageOptions): Promise<Storage> {
  const lock = await lockDataFolder(dataFolder, about);
  const location = join(dataFolder, 'azurite');
  try {
    checkDataFiles(location);
    const azurite =
      ports === 'emulator'
        ? await startOnEmulatorPorts(location, about.onNotice)
        : await startAzurite({ location, blob: true });
    return {
      connectionString: azurite.connectionString,
      failed: Promise.race([azurite.failed, lock.lost]),
      stop: async () => {
        await azurite.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    readDataFiles(location);
    if (error instanceof AzuriteStartError) {
      const advice =
        'Start again; if that does not help, choose another data folder with --data, or give a storage with --storage-file.';
      throw new StartError(`${error.message} ${advice}`, { cause: error });
    }
    throw explainFolder(error, dataFolder);
  }
}

/**
 * Tries to take the ports instead of checking them first, because another Tally may take them between a check
 * and the start.
 */
async function startOnEmulatorPorts(location: string, onNotice: (text: string) => void): Promise<Azurite> {
  try {
    return await startAzurite({ location, blob: true, ports: emulatorPorts });
  } catch (error) {
    if (!(error instanceof PortInUseError)) throw error;
    const { blob, queue, table } = emulatorPorts;
    onNotice(
      `Port ${blob}, ${queue} or ${table} is in use (another Azurite?): Tally's own Azurite uses other ports. ` +
        'Storage Explorer then needs the connection string below.',
    );
    return await startAzurite({ location, blob: true });
  }
}

/**
 * A storage that Tally doesn't run.
 * @throws StartError when it doesn't answer
 */
export async function useGivenStorage(connectionString: string): Promise<Storage> {
  for (const url of endpointsOf(connectionString)) {
    try {
      // Any answer suffices. Without a signature the answer is a refusal. The apps find out whether the key
      // is right.
      await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    } catch (cause) {
      throw new StartError(
        `The storage at ${url} doesn't answer (${reasonOf(cause, url)}). Start it, or correct --storage, --storage-file or TallyStorage; ` +
          'without that option Tally starts an Azurite of its own.',
        { cause },
      );
    }
  }
  return { connectionString, failed: new Promise(() => undefined), stop: async () => undefined };
}

/**
 * The addresses of the queue, table and blob services that a connection string names, by the rules of Azure's
 * own libraries. If it states the addresses of queues and tables but not of blobs, there is none of blobs.
 */
export function endpointsOf(connectionString: string): string[] {
  const parts = new Map(
    connectionString.split(';').map((part): [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  const account = parts.get('accountname');
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
  const protocol = parts.get('defaultendpointsprotocol') ?? 'https';
  const isEmulator = parts.get('usedevelopmentstorage')?.toLowerCase() === 'true';
  const hasNoBlobs = parts.has('queueendpoint') && parts.has('tableendpoint') && !parts.has('blobendpoint');
  return (['queue', 'table', 'blob'] as const).flatMap((service) => {
    const given = parts.get(`${service}endpoint`);
    if (given !== undefined) return given;
    if (service === 'blob' && hasNoBlobs) return [];
    if (isEmulator) return `http://127.0.0.1:${emulatorPorts[service]}/devstoreaccount1`;
    if (account !== undefined) return `${protocol}://${account}.${service}.${suffix}`;
    throw new StartError(
      '--storage (or --storage-file, or TallyStorage) is not a connection string: it has neither an AccountName nor endpoints. ' +
        'UseDevelopmentStorage=true means an Azurite on its usual ports.',
    );
  });
}
