import path from 'node:path';
import { type Azurite, PortInUseError, startAzurite } from '@tally/azurite';
import { type HostProcess, startHostProcess } from '@tally/local-host';
import { ensureBuilt } from '@tally/start';
import {
  type CountingProxy,
  type ProxyOptions,
  startCountingProxy,
  type TestClock,
  temporaryFolder,
} from '@tally/testing';
import { LastLines } from './last-lines.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

export interface TestSystemOptions {
  /** If absent, no faces are detected. */
  readonly faceEndpoint?: string;
  /** Number of processes of each app. The default is 1. */
  readonly processes?: Readonly<Partial<Record<AppName, number>>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of built apps that run instead of this deployment's apps. */
  readonly folders?: Readonly<Partial<Record<AppName, string>>>;
  /**
   * The longest time between two polls of an empty queue. Null: the apps' own settings apply. The default is
   * a quarter of a second, because tests spend much of their time waiting for messages.
   */
  readonly polling?: string | null;
  /** Options of the proxy in front of the storage. */
  readonly proxy?: ProxyOptions;
  /** With this option the apps bypass the proxy, whose work would otherwise be measured with theirs. */
  readonly isDirect?: boolean;
  /** All processes, including those of the storage, use this clock. */
  readonly clock?: TestClock;
}

export type AppName = 'intake' | 'detect' | 'aggregate';
export const appNames: readonly AppName[] = ['intake', 'detect', 'aggregate'];

/** The built apps, each in its own process, on their own Azurite behind a counting proxy. */
export interface TestSystem {
  /** Address of the first intake. */
  readonly url: string;
  /** Connects directly to the storage, past the proxy, so that the test's own reads aren't counted. */
  readonly storage: string;
  readonly proxy: CountingProxy;
  /** Process ids of the storage. */
  storagePids(): readonly number[];
  /** The processes that were started first, by app. */
  readonly processes: Readonly<Record<AppName, readonly HostProcess[]>>;
  /** Starts another process of an app. */
  startApp(app: AppName): Promise<HostProcess>;
  /**
   * Starts a process of the test's own app, on the same storage and with the same clock.
   * @param name prefix of its lines in the log
   * @param appDir the folder of the built app
   */
  startOther(name: string, appDir: string, env: Readonly<Record<string, string>>): Promise<HostProcess>;
  /** Stops the storage in good order and restarts it with its data, on the same ports. */
  restartStorage(): Promise<void>;
  /** The last lines that the apps logged. */
  log(): string;
  stop(): Promise<void>;
}

/** Builds the apps that are older than their sources. */
export async function buildApps(names: readonly string[] = appNames): Promise<void> {
  await ensureBuilt(names, { onNotice: () => {}, signal: AbortSignal.timeout(170_000) });
}

export async function startTestSystem(options: TestSystemOptions): Promise<TestSystem> {
  const folder = await temporaryFolder();
  const { clock, polling = '00:00:00.250' } = options;
  const storageOptions = { location: folder.path, blob: true, ...(clock && { env: clock.environment }) };
  let azurite = await startAzurite(storageOptions);
  for (const pid of azurite.pids) clock?.tell(pid);
  const proxy = await startCountingProxy(azurite, options.proxy);
  const lines = new LastLines();
  const hosts: HostProcess[] = [];

  const { faceEndpoint } = options;
  const face: Readonly<Record<string, string>> =
    faceEndpoint === undefined ? {} : { FACE_ENDPOINT: faceEndpoint, FACE_KEY: 'test-key' };
  const startOther = async (name: string, appDir: string, own: Readonly<Record<string, string>>) => {
    const env: Readonly<Record<string, string>> = {
      TallyStorage: options.isDirect === true ? azurite.connectionString : proxy.connectionString,
      ...(polling !== null && { AzureFunctionsJobHost__extensions__queues__maxPollingInterval: polling }),
      ...own,
      ...options.env,
      ...clock?.environment,
    };
    const host = await startHostProcess({ appDir, env, onLine: lines.adder(name) });
    hosts.push(host);
    clock?.tell(host.pid);
    if (env['TALLY_HOST_WORKER'] === 'apart') clock?.tell((await host.workerPid()) ?? host.pid);
    return host;
  };
  const startApp = async (app: AppName): Promise<HostProcess> =>
    await startOther(app, options.folders?.[app] ?? path.join(root, 'out', app), face);
  const startApps = (app: AppName): Promise<HostProcess[]> =>
    Promise.all(Array.from({ length: options.processes?.[app] ?? 1 }, () => startApp(app)));
  const stop = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.stop()));
    await proxy.stop();
    await azurite.stop();
    await folder.remove();
  };
  const restartStorage = async (): Promise<void> => {
    const { ports } = azurite;
    await azurite.stop();
    azurite = await startAgain({ ...storageOptions, ports });
    for (const pid of azurite.pids) clock?.tell(pid);
  };

  try {
    // The first intake prepares the account. The other apps find it ready.
    const intake = await startApps('intake');
    const [detect, aggregate] = await Promise.all([startApps('detect'), startApps('aggregate')]);
    return {
      url: intake[0]?.url ?? '',
      storage: azurite.connectionString,
      proxy,
      storagePids: () => azurite.pids,
      processes: { intake, detect, aggregate },
      startApp,
      startOther,
      restartStorage,
      log: () => lines.text(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port that was just released may be used by an outgoing connection for a moment. */
async function startAgain(options: Parameters<typeof startAzurite>[0]): Promise<Azurite> {
  for (;;) {
    try {
      return await startAzurite(options);
    } catch (error) {
      if (!(error instanceof PortInUseError)) throw error;
    }
  }
}
