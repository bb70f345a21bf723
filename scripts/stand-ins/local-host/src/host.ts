import { basename } from 'node:path';
import { type Administration, handleAdminRequest } from './admin-endpoints.ts';
import { openAppApart } from './app-apart.ts';
import { openApp } from './app-runtime.ts';
import { answerRefusal, refusalOf } from './caller-guard.ts';
import { drain, type Stoppable } from './drain.ts';
import { errorText } from './error-text.ts';
import { type AppFunction, functionsOf } from './function-registry.ts';
import { readHostConfig } from './host-config.ts';
import { HostError } from './host-error.ts';
import { readHostSettings, readLocalSettings, resolveSettings } from './host-settings.ts';
import { routeTemplate } from './http-router.ts';
import { HttpServer } from './http-server.ts';
import { HttpTrigger } from './http-trigger.ts';
import { createLog, type Log, parseLogLevel } from './log.ts';
import type { QueueTriggersOptions } from './queue-triggers.ts';
import { TimerTrigger } from './timer-trigger.ts';

export interface HostOptions {
  /** Absolute path of the built app. */
  readonly appDir: string;
  readonly hostname: string;
  /** 0: a free port. */
  readonly port: number;
  /** The process's environment. The app's local.settings.json is added to it. */
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** The content of the ready line, for the process that started the host. */
export interface ReadyInfo {
  readonly app: string;
  readonly port: number;
  readonly functions: readonly string[];
}

export interface Host {
  readonly ready: ReadyInfo;
  readonly log: Log;
  /** Resolves when the host can't continue (rule 5). */
  readonly failed: Promise<HostError>;
  /** Stops polling, waits up to half a minute for running work, and runs the app's appTerminate hooks. */
  stop(): Promise<void>;
  /** Called when the app threw outside of any invocation. All running invocations fail (rule 17). */
  crash(error: unknown): void;
}

/** An appTerminate hook flushes a few buffers. A hook that hangs must not delay the stop. */
const terminateHooksMs = 5_000;

/**
 * Loads the app and starts its triggers.
 * @throws HostError saying what is missing or wrong and how to fix it. Nothing is left listening.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { appDir, env } = options;
  for (const [name, value] of Object.entries(readLocalSettings(appDir))) env[name] ??= value;
  const config = readHostConfig(appDir, env);
  const settings = readHostSettings(env);
  const app = basename(appDir);
  const minimum = parseLogLevel(config.logLevel);
  const log = createLog({ app, format: settings.logFormat, minimum, print: options.print });

  const server = await HttpServer.listen(options.hostname, options.port, log);
  try {
    // Apps find files relative to this folder, and the official worker does the same.
    process.chdir(appDir);
    const hostname = `${options.hostname}:${server.port}`;
    Object.assign(env, { WEBSITE_HOSTNAME: hostname });
    const failure = Promise.withResolvers<HostError>();
    const runtime = settings.workerApart
      ? await openAppApart({ appDir, env, log, onFatal: failure.resolve })
      : await openApp({ appDir, log, timeoutMs: config.functionTimeoutMs });
    const { functions } = runtime;

    const listeners = await queueListeners({
      functions: functionsOf(functions, 'queueTrigger'),
      env,
      settings,
      config,
      invoker: runtime,
      log,
      onFatal: (message, cause) => failure.resolve(new HostError(message, { cause })),
    });
    const timers = functionsOf(functions, 'timerTrigger').map((fn) => {
      const schedule = resolveSettings(fn.trigger.schedule, env);
      return new TimerTrigger({ fn, schedule, timeZone: settings.timeZone, invoker: runtime });
    });
    const httpTrigger = new HttpTrigger({
      functions: functionsOf(functions, 'httpTrigger'),
      routePrefix: config.routePrefix,
      bodyLimitBytes: settings.bodyLimitBytes,
      keys: settings.keys,
      invoker: runtime,
      log,
    });

    let stopping = false;
    const administration: Administration = {
      app,
      functions,
      timers,
      state: () => (stopping ? 'Stopping' : 'Running'),
      workerPid: () => runtime.pid,
    };
    const callers = {
      hasKeys: settings.keys.full.length + settings.keys.read.length > 0,
      allowHosts: settings.allowHosts,
    };
    server.serve(async (request, response) => {
      const refusal = refusalOf(request, callers);
      if (refusal !== undefined) answerRefusal(response, refusal);
      else if (!handleAdminRequest(administration, request, response)) await httpTrigger.handle(request, response);
    });
    for (const part of [...listeners, ...timers]) part.start();
    logFunctions(log, functions, config.routePrefix);

    const parts: Stoppable[] = [...listeners, ...timers, { stop: () => server.close() }];
    return {
      ready: { app, port: server.port, functions: functions.map((fn) => fn.name) },
      log,
      failed: failure.promise,
      stop: async () => {
        stopping = true;
        log.write('information', `stopping; ${runtime.running} running`);
        const ended = await drain(parts, settings.drainMs);
        if (!ended)
          log.write('warning', `${runtime.running} still running after ${settings.drainMs / 1000} s: abandoned`);
        await drain([{ stop: () => runtime.terminate() }], terminateHooksMs);
        log.write('information', 'stopped');
      },
      crash: (error) => {
        log.write('critical', `the app crashed: ${errorText(error)}`);
        runtime.failAll(error);
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * The storage SDK takes longer to load than the rest of the host, so it is not loaded for an app without
 * queues.
 */
async function queueListeners(options: QueueTriggersOptions) {
  if (options.functions.length === 0) return [];
  const { createQueueListeners } = await import('./queue-triggers.ts');
  return createQueueListeners(options);
}

function logFunctions(log: Log, functions: readonly AppFunction[], routePrefix: string): void {
  for (const fn of functions) log.write('debug', describeTrigger(fn, routePrefix), { functionName: fn.name });
}

function describeTrigger(fn: AppFunction, routePrefix: string): string {
  const { name, trigger } = fn;
  switch (trigger.type) {
    case 'httpTrigger':
      return `answers ${trigger.methods.join(', ')} /${routeTemplate({ name, trigger }, routePrefix)}`;
    case 'queueTrigger':
      return `listens to the queue ${trigger.queueName}`;
    case 'timerTrigger':
      return `runs at ${trigger.schedule}`;
  }
}
