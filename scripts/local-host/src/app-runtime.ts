import { loadApp } from './app-loader.ts';
import type { AppFunction } from './function-registry.ts';
import { FunctionsCore } from './functions-core.ts';
import { Invoker, type Outcome, type TriggerInput } from './invocation.ts';
import type { Log } from './log.ts';

/** What a trigger needs of the app. */
export interface Invokes {
  /** One invocation. Never rejects. */
  invoke(fn: AppFunction, input: TriggerInput): Promise<Outcome>;
}

/** A loaded app, in this process or in a worker apart. */
export interface AppRuntime extends Invokes {
  readonly functions: readonly AppFunction[];
  /** Of the process in which the functions run; undefined while it is started again. */
  readonly pid: number | undefined;
  /** Invocations that have begun and not ended. */
  readonly running: number;
  /** The host can't go on: all running invocations have failed (rule 17). */
  failAll(error: unknown): void;
  /** Runs the app's appTerminate hooks. */
  terminate(): Promise<void>;
}

export interface AppOptions {
  readonly appDir: string;
  readonly log: Log;
  /** host.json's functionTimeout; undefined: none. */
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
