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

const root = path.resolve(import.meta.dirname, '../../..');

export interface TestSystemOptions {
  /** Absent: nobody looks at faces. */
  readonly faceEndpoint?: string;
  /** How many processes of each app; default 1. */
  readonly processes?: Readonly<Partial<Record<AppName, number>>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of built apps that run in the place of this deployment's. */
  readonly folders?: Readonly<Partial<Record<AppName, string>>>;
  /** How long an empty queue is left alone at the most; null: as the apps' own settings say. Default: a quarter of a second, for tests wait for messages much of their time. */
  readonly polling?: string | null;
  /** What the proxy in front of the storage does. */
  readonly proxy?: ProxyOptions;
  /** The apps go past the proxy, whose work would be measured with theirs. */
  readonly isDirect?: boolean;
  /** All processes live by this clock, those of the storage among them. */
  readonly clock?: TestClock;
}

export type AppName = 'intake' | 'detect' | 'aggregate';
export const appNames: readonly AppName[] = ['intake', 'detect', 'aggregate'];

/** The built apps, each in a process of its own, on an Azurite of their own behind a counting proxy. */
export interface TestSystem {
  /** Of the first intake. */
  readonly url: string;
  /** Leads straight to the storage, past the proxy: what a test looks at isn't counted. */
  readonly storage: string;
  readonly proxy: CountingProxy;
  /** Process ids of the storage. */
  storagePids(): readonly number[];
  /** The processes that were started first, by app. */
  readonly processes: Readonly<Record<AppName, readonly HostProcess[]>>;
  /** Starts one more process of an app. */
  startApp(app: AppName): Promise<HostProcess>;
  /**
   * Starts a process of an app of the test's own, on the same storage and by the same clock.
   * @param name what its lines in the log begin with
   * @param appDir the folder of the built app
   */
  startOther(name: string, appDir: string, env: Readonly<Record<string, string>>): Promise<HostProcess>;
  /** Stops the storage in good order and starts it again with its data, on the same ports. */
  restartStorage(): Promise<void>;
  /** The last lines that the apps have logged. */
  log(): string;
  stop(): Promise<void>;
}

/** Builds those of the apps that are older than their sources. */
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
    // The first intake makes the account ready; the others find it so.
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

/** A port that was just let go may be lent to an outgoing connection for a moment. */
async function startAgain(options: Parameters<typeof startAzurite>[0]): Promise<Azurite> {
  for (;;) {
    try {
      return await startAzurite(options);
    } catch (error) {
      if (!(error instanceof PortInUseError)) throw error;
    }
  }
}
