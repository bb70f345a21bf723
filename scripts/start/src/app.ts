import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitStatus, type HostProcess, startHostProcess } from '@tally/local-host';
import { StartError } from './start-error.ts';

export interface AppOptions {
  /** Name for people: `detect`, or `detect 2` where there are several. */
  readonly label: string;
  /** Folder of the built app. */
  readonly appDir: string;
  /** 0: a free one; the app keeps it when it is started again. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly onNotice: (text: string) => void;
}

/** An app under a local host in a process of its own. It is started again when it ends by itself, as the cloud platform does. */
export interface App {
  readonly label: string;
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Resolves when the app has ended by itself too often. */
  readonly failed: Promise<Error>;
  /** Lets running work end, then ends the process. Not again. */
  stop(): Promise<void>;
  /** Ends the process by a signal and leaves it so until `start`. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts the app again after `kill` or `stop`. */
  start(): Promise<void>;
}

/** Pauses before an app that has ended by itself is started again. After as many tries within `crashMemoryMs` it is given up. */
const restartPausesMs = [1_000, 2_000, 4_000];
/** An app that has run for this long is well again. */
const crashMemoryMs = 300_000;
/** A host gives its work 30 s and its app 5 s; what still runs then hangs. */
const stopGuardMs = 45_000;
/** Lines of output kept to say why an app has ended. */
const keptLines = 15;

/**
 * Starts the app and waits until it is ready.
 * @throws StartError with the last lines of its output when it ends before it is ready
 */
export async function startApp(options: AppOptions): Promise<App> {
  const app = new SupervisedApp(options);
  try {
    await app.start();
  } catch (cause) {
    throw new StartError(`${options.label} doesn't start:\n${withoutStack(cause)}`, { cause });
  }
  return app;
}

/** The message of whatever kept the app from starting; the lines of its stack are in the log, for those who mend code. */
function withoutStack(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .join('\n');
}

class SupervisedApp implements App {
  readonly label: string;
  readonly failed: Promise<Error>;
  readonly #options: AppOptions;
  readonly #giveUp: (error: Error) => void;
  readonly #lastLines: string[] = [];
  #process: HostProcess | undefined;
  /** Set while the app is meant to run; aborting it ends a pause before a restart. */
  #running: AbortController | undefined;
  #reviving: Promise<void> = Promise.resolve();
  #crashes: number[] = [];

  constructor(options: AppOptions) {
    this.label = options.label;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#giveUp = resolve;
  }

  get url(): string {
    return this.#known().url;
  }

  get port(): number {
    return this.#known().port;
  }

  get pid(): number {
    return this.#known().pid;
  }

  async start(): Promise<void> {
    const running = new AbortController();
    const process = await this.#launch();
    this.#running = running;
    this.#watch(process, running.signal);
  }

  async stop(): Promise<void> {
    await this.#end(async (process) => {
      const guard = setTimeout(() => void process.kill('SIGKILL'), stopGuardMs);
      await process.stop();
      clearTimeout(guard);
    });
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    await this.#end(async (process) => void (await process.kill(signal)));
  }

  async #end(how: (process: HostProcess) => Promise<void>): Promise<void> {
    this.#running?.abort();
    await this.#reviving;
    await how(this.#known());
  }

  async #launch(): Promise<HostProcess> {
    const { appDir, port, env } = this.#options;
    this.#process = await startHostProcess({
      appDir,
      port: this.#process?.port ?? port,
      env,
      onLine: (line) => {
        this.#lastLines.push(line);
        if (this.#lastLines.length > keptLines) this.#lastLines.shift();
        this.#options.onLine(line);
      },
    });
    return this.#process;
  }

  #watch(process: HostProcess, running: AbortSignal): void {
    void process.exited.then((status) => {
      if (!running.aborted) this.#reviving = this.#revive(describeExit(status), running);
    });
  }

  async #revive(ending: string, running: AbortSignal): Promise<void> {
    const now = Date.now();
    this.#crashes = this.#crashes.filter((at) => now - at < crashMemoryMs);
    const pauseMs = restartPausesMs[this.#crashes.length];
    if (pauseMs === undefined) {
      const lines = this.#lastLines.map((line) => `  ${line}`).join('\n');
      this.#giveUp(new StartError(`${this.label} ${ending} again and is given up. Its last lines:\n${lines}`));
      return;
    }
    this.#crashes.push(now);
    const tries = `try ${this.#crashes.length} of ${restartPausesMs.length}`;
    this.#options.onNotice(`${this.label} ${ending}; starting it again in ${pauseMs / 1000} s (${tries}).`);
    try {
      await sleep(pauseMs, undefined, { signal: running });
    } catch {
      return; // The app is being stopped.
    }
    try {
      this.#watch(await this.#launch(), running);
    } catch {
      // The host's lines have been shown as they came, and are kept.
      await this.#revive('did not start', running);
    }
  }

  #known(): HostProcess {
    if (this.#process === undefined) throw new Error(`${this.label} was never started`);
    return this.#process;
  }
}

function describeExit({ code, signal }: ExitStatus): string {
  return signal === null ? `ended by itself with exit code ${code}` : `was ended by ${signal}`;
}
