/**
 * The module `@azure/functions-core`: what the library `@azure/functions` asks its runtime for. The library
 * looks for it once, through `require`. Without the module it silently runs in a test mode that registers
 * nothing.
 */
import { type FunctionCallback, FunctionRegistry } from './function-registry.ts';
import type { Log, LogLevel } from './log.ts';

/** A value passed between host and library. Its one property tells its kind. */
export type TypedData = { string: string } | { json: string } | { bytes: Uint8Array } | { http: HttpRequestData };

type NullableStrings = Record<string, { value: string }>;

export interface HttpRequestData {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: NullableStrings;
  readonly nullableParams: NullableStrings;
  readonly nullableQuery: NullableStrings;
  /** Absent if the request has no body. */
  readonly body?: { bytes: Uint8Array };
}

/** The data of one invocation. */
export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { name: string; data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext?: { traceParent: string; traceState?: string };
}

export type LogCategory = 'user' | 'system' | 'customMetric';

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: unknown;
  /** The library reads it to tell a late log call from a log call in a hook. */
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

/** The library's side of one invocation. The methods are in the order of their calls. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: unknown }>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(capabilities: Record<string, string>): unknown;
}

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';
export type HookCallback = (context: Record<string, unknown>) => unknown;

class Disposable {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  dispose(): void {
    this.#dispose();
  }
}

/** What an app has registered with the runtime, and the module through which it registers. */
export class FunctionsCore {
  readonly registry = new FunctionRegistry();
  readonly #hooks = new Map<string, HookCallback[]>();
  readonly #log: Log;
  #model: ProgrammingModel | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The object that `require('@azure/functions-core')` returns. */
  readonly module = {
    version: 'tally-local-host',
    hostVersion: '4.0.0',
    Disposable,
    registerFunction: (metadata: unknown, callback: FunctionCallback) => {
      const remove = this.registry.register(metadata, callback);
      return new Disposable(remove);
    },
    registerHook: (name: string, callback: HookCallback) => {
      const callbacks = this.#hooks.get(name) ?? [];
      this.#hooks.set(name, [...callbacks, callback]);
      return new Disposable(() => this.#removeHook(name, callback));
    },
    setProgrammingModel: (model: ProgrammingModel) => {
      this.#model = model;
    },
    getProgrammingModel: () => this.#model,
    // Its presence tells the library that the runtime is recent. The library's own messages arrive through
    // it.
    log: (level: LogLevel, category: LogCategory, message: string) => this.writeLog(level, category, message),
  };

  get model(): ProgrammingModel | undefined {
    return this.#model;
  }

  hooks(name: HookName): readonly HookCallback[] {
    return this.#hooks.get(name) ?? [];
  }

  /** Runs the app's log hooks, which may change level and message, and writes the line. */
  writeLog(
    level: LogLevel,
    category: LogCategory,
    message: string,
    source: { functionName?: string; invocationId?: string } = {},
    invocationContext?: unknown,
  ): void {
    const context = { level, message, category, invocationContext, hookData: {} };
    for (const hook of this.hooks('log')) hook(context);
    this.#log.write(context.level, context.message, source);
  }

  #removeHook(name: string, callback: HookCallback): void {
    this.#hooks.set(
      name,
      (this.#hooks.get(name) ?? []).filter((other) => other !== callback),
    );
  }
}
