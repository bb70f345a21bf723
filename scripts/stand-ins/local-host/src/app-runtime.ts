import { loadApp } from './app-loader.ts';
import type { AppFunction } from './function-registry.ts';
import { FunctionsCore } from './functions-core.ts';
import { Invoker, type Outcome, type TriggerInput } from './invocation.ts';
import type { Log } from './log.ts';

/** What a trigger needs of the app. */
export interface Invokes {
  /** Runs one invocation. Never rejects. */
  invoke(fn: AppFunction, input: TriggerInput): Promise<Outcome>;
}

/** A loaded app, in this process or in a separate worker. */
export interface AppRuntime extends Invokes {
  readonly functions: readonly AppFunction[];
  /** Id of the process in which the functions run. Undefined while that process is being restarted. */
  readonly pid: number | undefined;
  /** Number of invocations that have started and not ended. */
  readonly running: number;
  /** Fails all running invocations, because the host can't continue (rule 17). */
  failAll(error: unknown): void;
  /** Runs the app's appTerminate hooks. */
  terminate(): Promise<void>;
}

export interface AppOptions {
  readonly appDir: string;
  readonly log: Log;
  /** functionTimeout of host.json. Undefined means no limit. */
  readonly timeoutMs: number | undefined;
}

/**
 * Loads the app into this process.
 * @throws HostError when it can't be loaded
 */
export async function openApp({ appDir, log, timeoutMs }: AppOptions): Promise<AppRuntime> {
  const core = new FunctionsCore(log);
  const functions = await loadApp(appDir, core);
  const byName = new Map(functions.map((fn) => [fn.name, fn]));
  const invoker = new Invoker(core, timeoutMs);
  await runHooks(core, 'appStart');
  return {
    functions,
    pid: process.pid,
    get running() {
      return invoker.running;
    },
    invoke: async ({ name }, input) => {
      const fn = byName.get(name);
      if (fn === undefined) return { ok: false, error: new Error(`the app has no function "${name}"`) };
      return await invoker.invoke(fn, input);
    },
    failAll: (error) => invoker.failAll(error),
    terminate: () => runHooks(core, 'appTerminate'),
  };
}

async function runHooks(core: FunctionsCore, name: 'appStart' | 'appTerminate'): Promise<void> {
  const context = { hookData: {} };
  for (const hook of core.hooks(name)) await hook(context);
}
