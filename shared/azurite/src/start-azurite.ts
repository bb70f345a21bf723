import { mkdir } from 'node:fs/promises';
import { type AzuriteProcess, PortInUseError, type StorageService, startAzuriteProcess } from './azurite-process.ts';
import { freePort } from './free-port.ts';

export type AzuritePorts = { queue: number; table: number; blob?: number };

/**
 * Where the data are kept, and on which ports. A folder keeps the data and stays fast. Memory loses them, and
 * after thousands of messages its queue service pauses for seconds once a minute. So memory is for small
 * tests.
 */
export type AzuriteOptions = ({ location: string } | { inMemory: true }) & {
  /** Fixed ports. Absent: free ones. */
  ports?: AzuritePorts;
  /**
   * Whether the blob service also runs: for files, and for the official Functions host, which keeps its own
   * blobs there.
   */
  blob?: boolean;
  /**
   * PEM files of a server's certificate and key. All services then speak https. Besides the account's key
   * they accept bearer tokens whose audience, issuer and lifetime are right, whatever key signed them.
   */
  https?: { certificateFile: string; keyFile: string };
  /** Added to the environment of its processes. */
  env?: Readonly<Record<string, string>>;
};

export type Azurite = {
  /** For the storage SDKs and for Storage Explorer. */
  connectionString: string;
  ports: AzuritePorts;
  /** The ids of its processes. */
  pids: readonly number[];
  /** Resolves if a process ends without being stopped. The error shows its last output. */
  failed: Promise<Error>;
  /** Closes the data files and ends all processes. May be called twice. */
  stop(): Promise<void>;
};

/** Published by Microsoft and the same for every emulator, so it is no secret. */
const account = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

/**
 * Free ports are looked up before they are used. When several Azurites start at once, a second or third try
 * happens.
 */
const portTries = 10;

/**
 * Starts Azurite on 127.0.0.1, each service in its own process (a third faster than in one).
 * @throws PortInUseError if a port in `ports` is in use
 */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  if ('location' in options) await mkdir(options.location, { recursive: true });
  const storage = 'location' in options ? ['--location', options.location] : ['--inMemoryPersistence'];
  const { https } = options;
  const secured =
    https === undefined ? [] : ['--oauth', 'basic', '--cert', https.certificateFile, '--key', https.keyFile];
  const services: StorageService[] = options.blob === true ? ['queue', 'table', 'blob'] : ['queue', 'table'];
  const starts = await Promise.allSettled(
    services.map((service) => startOnPort(service, options.ports?.[service], [...storage, ...secured], options.env)),
  );
  const processes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure !== undefined) {
    await Promise.all(processes.map((started) => started.stop()));
    throw failure.reason;
  }
  return describeAzurite(processes, https === undefined ? 'http' : 'https');
}

async function startOnPort(
  service: StorageService,
  port: number | undefined,
  storage: readonly string[],
  env: Readonly<Record<string, string>> | undefined,
): Promise<AzuriteProcess> {
  if (port !== undefined) return startAzuriteProcess(service, port, storage, env);
  for (let tries = 1; ; tries++) {
    try {
      return await startAzuriteProcess(service, await freePort(), storage, env);
    } catch (error) {
      if (!(error instanceof PortInUseError) || tries === portTries) throw error;
    }
  }
}

function describeAzurite(processes: readonly AzuriteProcess[], protocol: 'http' | 'https'): Azurite {
  const port = new Map(processes.map((started) => [started.service, started.port]));
  const blob = port.get('blob');
  const ports = { queue: port.get('queue') ?? 0, table: port.get('table') ?? 0, ...(blob !== undefined && { blob }) };
  const endpoints = processes.map(({ service, port: at }) => {
    const name = `${service.charAt(0).toUpperCase()}${service.slice(1)}Endpoint`;
    return `${name}=${protocol}://127.0.0.1:${at}/${account.name};`;
  });
  let stopping = false;
  return {
    connectionString: `DefaultEndpointsProtocol=${protocol};AccountName=${account.name};AccountKey=${account.key};${endpoints.join('')}`,
    ports,
    pids: processes.map(({ pid }) => pid),
    failed: new Promise((resolve) => {
      for (const started of processes) {
        void started.exited.then(() => {
          if (stopping) return;
          resolve(new Error(`Azurite's ${started.service} service ended by itself; ${started.lastWord()}.`));
        });
      }
    }),
    stop: async () => {
      stopping = true;
      await Promise.all(processes.map((started) => started.stop()));
    },
  };
}
