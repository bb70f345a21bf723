import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AppRuntime } from './app-runtime.ts';
import type { AppFunction } from './function-registry.ts';
import { HostError } from './host-error.ts';
import type { Outcome, TriggerInput } from './invocation.ts';
import type { Log } from './log.ts';
import { fromWorkerSchema, type ToWorker } from './worker-messages.ts';

export interface AppApartOptions {
  readonly appDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Called when the worker died and no other worker could be started in its place. */
  readonly onFatal: (error: HostError) => void;
}

/**
 * Loads the app into a worker process, as the official host does.
 * @throws HostError when the worker ends before it is ready. The worker has printed the reason itself.
 */
export async function openAppApart(options: AppApartOptions): Promise<AppRuntime> {
  const app = new AppApart(options);
  await app.started();
  return app;
}

const program = new URL('../worker.ts', import.meta.url);

/**
 * An app in a worker process. When the worker dies, all its invocations fail, and another worker replaces it
 * (rule 17).
 */
class AppApart implements AppRuntime {
  readonly #options: AppApartOptions;
  /** For each invocation that was sent to the worker, the function that ends it. */
  readonly #calls = new Map<number, (outcome: Outcome) => void>();
  #functions: readonly AppFunction[] = [];
  #worker: Promise<ChildProcess>;
  #pid: number | undefined;
  #isEnding = false;
  #lastId = 0;
  #running = 0;

  constructor(options: AppApartOptions) {
    this.#options = options;
    this.#worker = this.#fork();
  }

  get functions(): readonly AppFunction[] {
    return this.#functions;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  get running(): number {
    return this.#running;
  }

  async started(): Promise<void> {
    await this.#worker;
  }

  /** If there is no worker at the moment, the next worker gets the invocation. */
  async invoke({ name }: AppFunction, input: TriggerInput): Promise<Outcome> {
    this.#running++;
    try {
      const worker = await this.#worker;
      const id = ++this.#lastId;
      const ended = Promise.withResolvers<Outcome>();
      this.#calls.set(id, ended.resolve);
      tell(worker, { kind: 'invoke', id, name, input });
      return await ended.promise;
    } catch (error) {
      return { ok: false, error };
    } finally {
      this.#running--;
    }
  }

  failAll(error: unknown): void {
    for (const end of this.#calls.values()) end({ ok: false, error });
    this.#calls.clear();
  }

  /** Makes the worker run the hooks and exit. */
  async terminate(): Promise<void> {
    this.#isEnding = true;
    const worker = await this.#worker;
    const exited = once(worker, 'exit');
    tell(worker, { kind: 'terminate' });
    await exited;
  }

  #fork(): Promise<ChildProcess> {
    const { appDir, env } = this.#options;
    // The worker's output goes where the host's output goes. The worker ends with the host, because the
    // channel then closes.
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const worker = fork(program, [appDir], { env, serialization: 'advanced', stdio: [...stdio] });
    const ready = Promise.withResolvers<ChildProcess>();
    worker.on('message', (sent) => {
      const message = fromWorkerSchema.parse(sent);
      if (message.kind === 'ready') {
        this.#functions = message.functions;
        this.#pid = worker.pid;
        ready.resolve(worker);
      } else if (message.kind === 'succeeded') this.#end(message.id, { ok: true, returnValue: message.returnValue });
      else this.#end(message.id, { ok: false, error: new Error(message.message) });
    });
    worker.once('error', ready.reject);
    worker.once('exit', (code, signal) => {
      const how = signal ?? `exit code ${code}`;
      ready.reject(new HostError(`The worker of ${appDir} ended with ${how} before it was ready.`));
      if (this.#pid !== undefined) this.#replace(how);
    });
    return ready.promise;
  }

  #replace(how: string): void {
    if (this.#isEnding) return;
    const { log, onFatal } = this.#options;
    log.write(
      'error',
      `the worker ended with ${how}: ${this.#calls.size} invocations have failed; it is started again`,
    );
    this.#pid = undefined;
    this.failAll(new Error(`the worker ended with ${how}`));
    this.#worker = this.#fork();
    this.#worker.catch(onFatal);
  }

  #end(id: number, outcome: Outcome): void {
    this.#calls.get(id)?.(outcome);
    this.#calls.delete(id);
  }
}

/** The callback ignores a failed send: the exit event reports a worker that has just died. */
function tell(worker: ChildProcess, message: ToWorker): void {
  worker.send(message, () => undefined);
}
