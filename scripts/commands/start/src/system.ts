import { join } from 'node:path';
import type { App } from './app.ts';
import { type AppName, appsOf, defaultChains } from './app-names.ts';
import { AppStarter } from './app-starter.ts';
import { ensureBuilt } from './builds.ts';
import { checkPort } from './check-port.ts';
import { type FaceChoice, type FaceSystem, startFace } from './face.ts';
import { linkKeyIn } from './link-key.ts';
import { startMails } from './mails.ts';
import { root } from './repository.ts';
import { type LocalStorageOptions, startLocalStorage, useGivenStorage } from './storage.ts';

export interface SystemOptions {
  /** The API's port on 127.0.0.1. Default 0: any free port. */
  readonly port?: number;
  /** Azurite on a data folder, or a storage that already runs. */
  readonly storage:
    | ({ readonly kind: 'local' } & Omit<LocalStorageOptions, 'onNotice' | 'signal'>)
    | { readonly kind: 'given'; readonly connectionString: string };
  readonly face: FaceChoice;
  /**
   * Names of the chains whose apps are started. Default: the default chain. Runs of other chains wait until
   * their app is there.
   */
  readonly chains?: readonly string[] | undefined;
  /** Holds the mails that the apps send. Default: `mails` in the data folder. */
  readonly mailFolder?: string;
  /**
   * The number of processes of an app, if more than one is wanted. The queue distributes the work among them.
   */
  readonly instances?: Readonly<Record<AppName, number>>;
  /**
   * Further environment variables of all apps or of one. They take precedence over the values that the system
   * sets itself.
   */
  readonly env?: Readonly<Record<AppName, Readonly<Record<string, string>> | undefined>>;
  /** Gets each line that an app prints, with the app's name, or `detect 2` if there are several. */
  readonly onLine?: (label: string, line: string) => void;
  /** Gets the system's own messages, a sentence or two each. */
  readonly onNotice?: (text: string) => void;
  /** Aborts the start: what has been started is stopped, and the start throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A complete Tally: storage, face service, mails, the apps of the chains. */
export interface System {
  /** `http://127.0.0.1:<port>`. The API is below `/api`. */
  readonly baseUrl: string;
  readonly connectionString: string;
  readonly face: FaceSystem;
  /** Holds one file per mail. Null if no chain sends mails, or a given server sends them. */
  readonly mailFolder: string | null;
  /** One process of an app, counted from 0. For tests that end it and start it again. */
  app(name: AppName, index?: number): App;
  /** The current process ids of all apps. */
  pids(): number[];
  /**
   * Resolves when the system can't go on, because the local storage is gone. An app that ends is started
   * again.
   */
  readonly failed: Promise<Error>;
  /**
   * First the chains' apps finish their work and end. Then the mail catcher, the face service and the storage
   * end, in this order. May be called twice.
   */
  stop(): Promise<void>;
}

/**
 * Starts everything and waits until it is ready. All processes end with this one, however it ends.
 * @throws StartError that says what is missing or wrong and how to fix it; nothing is left running
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { signal = new AbortController().signal, onNotice = () => undefined, onLine = () => undefined } = options;
  const stops: (() => Promise<void>)[] = [];
  try {
    await checkPort(options.port);
    const storage =
      options.storage.kind === 'given'
        ? await useGivenStorage(options.storage.connectionString)
        : await startLocalStorage({ ...options.storage, onNotice, signal });
    stops.push(() => storage.stop());

    const { own, workers, needFaces, needMails } = appsOf(options.chains ?? defaultChains);
    const [api, ...rest] = own;
    const withFace = needFaces && options.face.kind === 'local';
    const folders = await ensureBuilt([...own, ...workers, ...(withFace ? ['face'] : [])], { onNotice, signal });
    const env = options.env ?? {};
    const starter = new AppStarter({ folders, env, onLine, onNotice });
    stops.push(() => starter.stop(['face']));
    const face = needFaces ? await startFace(starter, options.face, { onNotice, signal }) : NO_FACES;
    signal.throwIfAborted();
    const dataFolder = options.storage.kind === 'local' ? options.storage.dataFolder : undefined;
    const mailFolder = options.mailFolder ?? join(dataFolder ?? join(root, '.tally', 'data'), 'mails');
    const mails = needMails ? await startMails(mailFolder, env['all'] ?? {}) : null;
    if (mails !== null) stops.push(() => mails.stop());

    stops.push(() => starter.stop([...own, ...workers]));
    const forAll = {
      TallyStorage: storage.connectionString,
      AzureWebJobsStorage: storage.connectionString,
      TALLY_LINK_KEY: linkKeyIn(dataFolder),
    };
    // It comes first, because the others need its address. It also prepares the account.
    await starter.start([{ name: api, port: options.port ?? 0, env: forAll }]);
    const forWorkers = { ...forAll, TALLY_PUBLIC_URL: starter.app(api).url, ...face.env, ...mails?.env };
    await starter.start([
      ...workers.flatMap((name) => several(name, options.instances?.[name], forWorkers)),
      ...rest.flatMap((name) => several(name, options.instances?.[name], forAll)),
    ]);
    await face.ready();
    signal.throwIfAborted();

    let stopped: Promise<void> | undefined;
    return {
      baseUrl: starter.app(api).url,
      connectionString: storage.connectionString,
      face: face.system,
      mailFolder: mails?.folder ?? null,
      app: (name, index = 0) => starter.app(name, index),
      pids: () => starter.all().map((app) => app.pid),
      failed: storage.failed,
      stop: () => {
        stopped ??= stopInReverse(stops);
        return stopped;
      },
    };
  } catch (error) {
    await stopInReverse(stops);
    throw error;
  }
}

const NO_FACES = { system: { kind: 'none' }, env: {}, ready: async () => undefined } as const;

function several(name: AppName, count = 1, env: Readonly<Record<string, string>>) {
  return Array.from({ length: count }, () => ({ name, port: 0, env }));
}

/**
 * Stops in the reverse order of the starts. An error of one stop doesn't prevent the others. All errors are
 * thrown at the end.
 */
async function stopInReverse(stops: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const stop of stops.toReversed()) {
    try {
      await stop();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'not everything could be stopped');
}
