import { type App, startApp } from './app.ts';
import type { AppName } from './app-names.ts';

export interface AppStart {
  readonly name: AppName;
  /** 0: any free port. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface AppStarterOptions {
  /** Folders of the built apps. */
  readonly folders: ReadonlyMap<string, string>;
  /** Takes precedence over the environment of a single start. */
  readonly env: Readonly<Record<AppName, Readonly<Record<string, string>> | undefined>>;
  readonly onLine: (label: string, line: string) => void;
  readonly onNotice: (text: string) => void;
}

/** Starts the apps of a system and keeps track of them. */
export class AppStarter {
  readonly #options: AppStarterOptions;
  readonly #apps: { readonly name: AppName; readonly app: App }[] = [];

  constructor(options: AppStarterOptions) {
    this.#options = options;
  }

  /**
   * Starts apps at the same time and waits until all are ready.
   * @throws the error of the first app that didn't start; `stop` still knows the apps that did start
   */
  async start(starts: readonly AppStart[]): Promise<void> {
    const settled = await Promise.allSettled(starts.map((start, index) => this.#startOne(start, index, starts)));
    for (const [index, result] of settled.entries()) {
      const start = starts[index];
      if (result.status === 'fulfilled' && start !== undefined)
        this.#apps.push({ name: start.name, app: result.value });
    }
    const failure = settled.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  /** @throws Error when there is no such process */
  app(name: AppName, index = 0): App {
    const found = this.#apps.filter((known) => known.name === name)[index];
    if (found === undefined) throw new Error(`there is no process ${index} of the app ${name}`);
    return found.app;
  }

  all(): readonly App[] {
    return this.#apps.map(({ app }) => app);
  }

  /** Stops all processes of these apps at the same time. */
  async stop(names: readonly AppName[]): Promise<void> {
    await Promise.all(this.#apps.filter(({ name }) => names.includes(name)).map(({ app }) => app.stop()));
  }

  #startOne({ name, port, env }: AppStart, index: number, starts: readonly AppStart[]): Promise<App> {
    const { folders, onLine, onNotice } = this.#options;
    const before = starts.slice(0, index).filter((start) => start.name === name).length;
    const label = before === 0 ? name : `${name} ${before + 1}`;
    return startApp({
      label,
      appDir: folders.get(name) ?? '',
      port,
      env: { ...env, ...this.#options.env['all'], ...this.#options.env[name] },
      onLine: (line) => onLine(label, line),
      onNotice,
    });
  }
}
