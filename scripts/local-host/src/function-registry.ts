import { z } from 'zod';
import { HostError } from './host-error.ts';

/** A handler of the app. Its arguments are between the app and the library, which alone calls it. */
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

/** A function of the app, with what of its bindings the host acts on. */
export interface AppFunction<T extends AnyTrigger = AnyTrigger> {
  readonly name: string;
  readonly trigger: T;
}

/** As a worker tells of it to the host. */
export const appFunctionSchema = z.object({ name: z.string(), trigger: triggerSchema });

/** A function with what is needed to call it, in the process where the app is loaded. */
export interface RegisteredFunction extends AppFunction {
  /** Name of the trigger's binding, under which its data is handed in. */
  readonly inputName: string;
  /** As registered; the library wants it back with each invocation. */
  readonly metadata: unknown;
  readonly callback: FunctionCallback;
}

export type HttpFunction = AppFunction<Trigger<'httpTrigger'>>;
export type QueueFunction = AppFunction<Trigger<'queueTrigger'>>;
export type TimerFunction = AppFunction<Trigger<'timerTrigger'>>;

/** The functions that an app has registered while it was loaded. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();
  #sealed = false;

  /**
   * Takes up one function and returns what takes it out again.
   * @throws HostError for a second function of a name, one registered after start-up, or a binding this host doesn't have
   */
  register(metadata: unknown, callback: FunctionCallback): () => void {
    const { name, bindings, retryOptions } = metadataSchema.parse(metadata);
    if (this.#sealed) throw new HostError(`Function "${name}" was registered after the app had been loaded.`);
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

  /** All functions; from now on none can be added. */
  seal(): readonly RegisteredFunction[] {
    this.#sealed = true;
    return [...this.#functions.values()];
  }
}

function isHttpOutput(name: string, binding: z.infer<typeof bindingSchema>): boolean {
  return name === '$return' && binding.type === 'http';
}

/** The functions of one trigger type, typed as such. */
export function functionsOf<T extends TriggerType>(
  functions: readonly AppFunction[],
  type: T,
): AppFunction<Trigger<T>>[] {
  return functions.filter((fn): fn is AppFunction<Trigger<T>> => fn.trigger.type === type);
}
