import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitStatus, type HostProcess, startHostProcess } from '@tally/local-host';
import { lastWords } from './last-words.ts';
import { Restarts } from './restarts.ts';
import { StartError } from './start-error.ts';

export interface AppOptions {
  /** Name for people: `detect`, or `detect 2` if there are several. */
  readonly label: string;
  /** Folder of the built app. */
  readonly appDir: string;
  /** 0: any free port. The app keeps its port when it is started again. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly onNotice: (text: string) => void;
}

/**
 * An app under a local host in its own process. It is started again when it ends by itself, as the cloud
 * platform does.
 */
export interface App {
  readonly label: string;
  readonly url: string;
  readonly port: number;
  /** The id of the process that runs now, or ran last. */
  readonly pid: number;
  /** Lets running work end, then ends the process. The app isn't started again by itself. */
  stop(): Promise<void>;
  /** Ends the process by a signal. The app stays ended until `start`. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts the app again after `kill` or `stop`. */
  start(): Promise<void>;
}

/** A host gives its work 30 s and its app 5 s. What still runs after that hangs. */
const stopGuardMs = 45_000;
/** Lines of output that are kept to explain why an app has ended. */
const keptLines = 40;

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

/**
 * The message of the error that kept the app from starting, without the lines of its stack. Those are in the
 * log for developers.
 */
function withoutStack(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .join('\n');
}

class SupervisedApp implements App {
  readonly label: string;
  readonly #options: AppOptions;
  readonly #restarts = new Restarts();
  /** Output of the process that runs now, or ran last. */
  #lastLines: string[] = [];
  #launchedAt = 0;
  #process: HostProcess | undefined;
  /** Set while the app should run. Aborting it ends a pause before a restart. */
  #running: AbortController | undefined;
  #reviving: Promise<void> = Promise.resolve();

  constructor(options: AppOptions) {
    this.label = options.label;
    this.#options = options;
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
    this.#lastLines = [];
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
    this.#launchedAt = performance.now();
    return this.#process;
  }

  #watch(process: HostProcess, running: AbortSignal): void {
    void process.exited.then((status) => {
      const ranMs = performance.now() - this.#launchedAt;
      if (!running.aborted) this.#reviving = this.#revive(describeExit(status), ranMs, running);
    });
  }

  /**
   * Tries without end, as the platform does. The cause may be fixed in the meantime, and the other apps keep
   * running.
   */
  async #revive(ending: string, ranMs: number, running: AbortSignal): Promise<void> {
    const pauseMs = this.#restarts.pauseAfter(ranMs);
    const why = lastWords(this.#lastLines).map((line) => `\n  ${line}`);
    const said = why.length === 0 ? '' : ` It said last:${why.join('')}`;
    this.#options.onNotice(`${this.label} ${ending}; starting it again in ${pauseMs / 1000} s.${said}`);
    try {
      await sleep(pauseMs, undefined, { signal: running });
    } catch {
      return; // The app is being stopped.
    }
    try {
      this.#watch(await this.#launch(), running);
    } catch {
      // The host's lines were shown when they came, and are kept.
      await this.#revive('did not start', 0, running);
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
