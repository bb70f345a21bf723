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
  /** Of the API on 127.0.0.1. Default 0: a free one. */
  readonly port?: number;
  /** Azurite on a data folder, or a storage that runs already. */
  readonly storage:
    | ({ readonly kind: 'local' } & Omit<LocalStorageOptions, 'onNotice' | 'signal'>)
    | { readonly kind: 'given'; readonly connectionString: string };
  readonly face: FaceChoice;
  /** Names of the chains whose apps are started; default: the default chain. Runs of others wait until their app is there. */
  readonly chains?: readonly string[] | undefined;
  /** Keeps the mails that the apps send. Default: `mails` in the data folder. */
  readonly mailFolder?: string;
  /** Processes of an app, where more than one is wanted; the queue shares the work out among them. */
  readonly instances?: Readonly<Record<AppName, number>>;
  /** Further environment variables of all apps or of one; they win over what the system sets itself. */
  readonly env?: Readonly<Record<AppName, Readonly<Record<string, string>> | undefined>>;
  /** Gets each line that an app prints, with the app's name, or `detect 2` where there are several. */
  readonly onLine?: (label: string, line: string) => void;
  /** Gets what the system itself has to tell, a sentence or two. */
  readonly onNotice?: (text: string) => void;
  /** Breaks the start off: what has been started is stopped, and the start throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A whole Tally: storage, face service, mails, the apps of the chains. */
export interface System {
  /** `http://127.0.0.1:<port>`; the API is below `/api`. */
  readonly baseUrl: string;
  readonly connectionString: string;
  readonly face: FaceSystem;
  /** Holds a file a mail; null where no chain sends mails, or a server that was given sends them. */
  readonly mailFolder: string | null;
  /** One process of an app, from 0; for tests that end it and start it again. */
  app(name: AppName, index?: number): App;
  /** Process ids of all apps as they are now. */
  pids(): number[];
  /** Resolves when the system can't go on: the local storage is gone. An app that ends is started again. */
  readonly failed: Promise<Error>;
  /** The chains' apps end their work first, then the face service ends, then the storage. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts everything and waits until it is ready. All processes end with this one, however it ends.
 * @throws StartError that says what is missing or wrong and how to mend it; nothing is left running
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
    // First, for the others are told where it is; it makes the account ready, too.
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

/** What was started last is stopped first. All are stopped, whatever one of them throws; then it is thrown. */
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
