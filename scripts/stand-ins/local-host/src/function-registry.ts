import * as z from 'zod';
import { HostError } from './host-error.ts';

/**
 * A handler of the app. Only the library calls it, so only app and library need to agree on its arguments.
 */
export type FunctionCallback = (...args: never[]) => unknown;

const triggerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('httpTrigger'),
    methods: z.array(z.string()).transform((methods) => methods.map((method) => method.toUpperCase())),
    route: z.string().optional(),
    authLevel: z.enum(['anonymous', 'function', 'admin']).default('anonymous'),
  }),
  z.object({
    type: z.literal('queueTrigger'),
    queueName: z.string().min(1),
    connection: z.string().min(1).default('AzureWebJobsStorage'),
    dataType: z.string().optional(),
  }),
  z.object({
    type: z.literal('timerTrigger'),
    schedule: z.string().min(1),
    runOnStartup: z.boolean().default(false),
    useMonitor: z.boolean().optional(),
  }),
]);

const bindingSchema = z.looseObject({ type: z.string(), direction: z.string() });

const metadataSchema = z.object({
  name: z.string().min(1),
  bindings: z.record(z.string(), bindingSchema),
  retryOptions: z.unknown().optional(),
});

type AnyTrigger = z.infer<typeof triggerSchema>;
type TriggerType = AnyTrigger['type'];
type Trigger<T extends TriggerType> = Extract<AnyTrigger, { type: T }>;

/** A function of the app, with the part of its bindings that the host uses. */
export interface AppFunction<T extends AnyTrigger = AnyTrigger> {
  readonly name: string;
  readonly trigger: T;
}

/** A function as a worker reports it to the host. */
export const appFunctionSchema = z.object({ name: z.string(), trigger: triggerSchema });

/** A function with what is needed to call it, in the process that loaded the app. */
export interface RegisteredFunction extends AppFunction {
  /** Name of the trigger's binding. The trigger's data is passed under this name. */
  readonly inputName: string;
  /** The metadata as registered. The library needs it again with each invocation. */
  readonly metadata: unknown;
  readonly callback: FunctionCallback;
}

export type HttpFunction = AppFunction<Trigger<'httpTrigger'>>;
export type QueueFunction = AppFunction<Trigger<'queueTrigger'>>;
export type TimerFunction = AppFunction<Trigger<'timerTrigger'>>;

/** The functions that an app registered while it was loaded. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();
  #sealed = false;

  /**
   * Registers one function and returns a callback that removes it.
   * @throws HostError for a second function of the same name, a registration after start-up, or a binding
   * that this host doesn't have
   */
  register(metadata: unknown, callback: FunctionCallback): () => void {
    const { name, bindings, retryOptions } = metadataSchema.parse(metadata);
    if (this.#sealed) throw new HostError(`Function "${name}" was registered after the app was loaded.`);
    if (this.#functions.has(name)) throw new HostError(`Two functions are named "${name}".`);
    if (retryOptions !== undefined) {
      throw new HostError(`Function "${name}" has a retry policy, which the local host doesn't have.`);
    }
    const [input, ...others] = Object.entries(bindings).filter(([key, binding]) => !isHttpOutput(key, binding));
    if (input === undefined) throw new HostError(`Function "${name}" has no trigger.`);
    const trigger = triggerSchema.safeParse(input[1]);
    const unsupported = [...others, ...(trigger.success ? [] : [input])].map(([, binding]) => binding.type);
    if (!trigger.success || unsupported.length > 0) {
      throw new HostError(
        `Function "${name}" uses ${unsupported.join(', ')}: the local host has httpTrigger, queueTrigger and timerTrigger, ` +
          `and no further bindings.${trigger.success ? '' : `\n${z.prettifyError(trigger.error)}`}`,
      );
    }
    this.#functions.set(name, { name, trigger: trigger.data, inputName: input[0], metadata, callback });
    return () => this.#functions.delete(name);
  }

  /** Returns all functions. From now on no function can be added. */
  seal(): readonly RegisteredFunction[] {
    this.#sealed = true;
    return [...this.#functions.values()];
  }
}

function isHttpOutput(name: string, binding: z.infer<typeof bindingSchema>): boolean {
  return name === '$return' && binding.type === 'http';
}

/** The functions of one trigger type, with that type. */
export function functionsOf<T extends TriggerType>(
  functions: readonly AppFunction[],
  type: T,
): AppFunction<Trigger<T>>[] {
  return functions.filter((fn): fn is AppFunction<Trigger<T>> => fn.trigger.type === type);
}
