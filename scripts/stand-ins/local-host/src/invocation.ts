import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { errorText } from './error-text.ts';
import type { RegisteredFunction } from './function-registry.ts';
import type { CoreInvocationContext, FunctionsCore, InvocationRequest, TypedData } from './functions-core.ts';

/** What a trigger passes to a function. */
export interface TriggerInput {
  readonly data: TypedData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
  /** W3C trace context of the caller, if it sent one. */
  readonly traceParent?: string;
}

export type Outcome =
  | { readonly ok: true; readonly returnValue: unknown }
  | { readonly ok: false; readonly error: unknown };

/** A function ran longer than host.json's functionTimeout. */
class FunctionTimeoutError extends Error {
  override name = 'FunctionTimeoutError';
}

/**
 * Runs functions through the library's invocation model, with the app's hooks, and counts the running ones.
 */
export class Invoker {
  readonly #core: FunctionsCore;
  readonly #timeoutMs: number | undefined;
  /** For each running invocation, the function that ends it before the app's function ends. */
  readonly #ends = new Set<(error: unknown) => void>();
  #crash: { readonly error: unknown } | undefined;
  #running = 0;

  /** @param timeoutMs functionTimeout of host.json; undefined means no limit */
  constructor(core: FunctionsCore, timeoutMs: number | undefined) {
    this.#core = core;
    this.#timeoutMs = timeoutMs;
  }

  /** Number of invocations that have started and not ended. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs one invocation. Never rejects: an error that the function threw, a time-out (rule 18) and a crash of
   * the app (rule 17) are outcomes. The function shares the host's process. So a function that timed out is
   * not stopped; the host only stops waiting for it.
   */
  async invoke(fn: RegisteredFunction, input: TriggerInput): Promise<Outcome> {
    const invocationId = randomUUID();
    const source = { functionName: fn.name, invocationId };
    const start = performance.now();
    this.#running++;
    this.#core.writeLog('debug', 'system', 'started', source);
    try {
      const returnValue = await this.#limited(fn, this.#run(fn, input, invocationId));
      this.#core.writeLog('debug', 'system', `succeeded in ${elapsed(start)}`, source);
      return { ok: true, returnValue };
    } catch (error) {
      this.#core.writeLog('error', 'system', `failed after ${elapsed(start)}: ${errorText(error)}`, source);
      return { ok: false, error };
    } finally {
      this.#running--;
    }
  }

  /**
   * Called when the app crashed outside of any invocation. All running and later invocations fail (rule 17).
   */
  failAll(error: unknown): void {
    this.#crash = { error };
    for (const end of this.#ends) end(error);
  }

  /**
   * The function's result, unless a time-out or a crash comes first. Each call races against its own promise.
   * A promise that lives as long as the host would keep the reaction, and with it the result, of every
   * invocation.
   */
  async #limited(fn: RegisteredFunction, result: Promise<unknown>): Promise<unknown> {
    const end = Promise.withResolvers<never>();
    this.#ends.add(end.reject);
    if (this.#crash !== undefined) end.reject(this.#crash.error);
    const timer = this.#atTimeout(fn, end.reject);
    try {
      return await Promise.race([result, end.promise]);
    } finally {
      clearTimeout(timer);
      this.#ends.delete(end.reject);
    }
  }

  #atTimeout(fn: RegisteredFunction, end: (error: Error) => void): NodeJS.Timeout | undefined {
    const timeoutMs = this.#timeoutMs;
    if (timeoutMs === undefined) return undefined;
    const message = `"${fn.name}" ran longer than the functionTimeout of ${timeoutMs / 1000} s in host.json`;
    return setTimeout(() => end(new FunctionTimeoutError(message)), timeoutMs);
  }

  async #run(fn: RegisteredFunction, input: TriggerInput, invocationId: string): Promise<unknown> {
    const { model } = this.#core;
    if (model === undefined) throw new Error('invoked before the app was loaded');
    let context: unknown;
    const coreContext: CoreInvocationContext = {
      invocationId,
      request: request(fn, input, invocationId),
      metadata: fn.metadata,
      state: undefined,
      log: (level, category, message) =>
        this.#core.writeLog(level, category, message, { functionName: fn.name, invocationId }, context),
    };
    const invocation = model.getInvocationModel(coreContext);
    const args = await invocation.getArguments();
    context = args.context;

    // Shared by the hooks of this invocation.
    const hookData = {};
    const pre = { inputs: args.inputs, functionCallback: fn.callback, invocationContext: context, hookData };
    coreContext.state = 'preInvocationHooks';
    for (const hook of this.#core.hooks('preInvocation')) await hook(pre);

    coreContext.state = 'invocation';
    const post: PostInvocation = { inputs: pre.inputs, invocationContext: context, hookData };
    try {
      post.result = await invocation.invokeFunction(context, pre.inputs, pre.functionCallback);
    } catch (error) {
      // A thrown undefined is a failure, too.
      post.error = error ?? new Error(`threw ${error}`);
    }
    coreContext.state = 'postInvocationHooks';
    for (const hook of this.#core.hooks('postInvocation')) await hook(post);
    if (post.error instanceof Error) throw post.error;
    if (post.error !== undefined && post.error !== null) throw new Error(`threw ${inspect(post.error)}`);
    const response = await invocation.getResponse(context, post.result);
    return response.returnValue;
  }
}

/**
 * What a postInvocation hook sees. The hook may replace result and error. It is a type, because an interface
 * can't be assigned to a Record.
 */
type PostInvocation = {
  inputs: unknown[];
  invocationContext: unknown;
  hookData: object;
  result?: unknown;
  error?: unknown;
};

function request(fn: RegisteredFunction, input: TriggerInput, invocationId: string): InvocationRequest {
  return {
    invocationId,
    functionId: fn.name,
    inputData: [{ name: fn.inputName, data: input.data }],
    triggerMetadata: input.metadata ?? {},
    ...(input.traceParent !== undefined && { traceContext: { traceParent: input.traceParent } }),
  };
}

function elapsed(start: number): string {
  return `${Math.round(performance.now() - start)} ms`;
}
