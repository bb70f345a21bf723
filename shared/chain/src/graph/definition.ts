import type { Fold, Json, RepairPolicy, RetryPolicy } from '@tally/contracts';
import type * as z from 'zod';
import type { ChainSizing, QueueListening } from '../listening.ts';
import type { Seen } from './seen.ts';

/**
 * A chain as the engine reads it, without the types that checked its declaration. All callbacks are pure
 * functions of what they see. Several apps call them, and may call them again. A callback that throws a
 * `FatalError` fails its node with that code and message. One that throws anything else fails it with
 * `ChainFunctionFailed`. An `output` that throws fails the run.
 */
export interface ChainDefinition {
  readonly name: string;
  /** Increased whenever the graph or a schema changes. A run ends under the version that it began with. */
  readonly version: number;
  /** The Functions app of nodes that name none. */
  readonly app: string;
  readonly input: z.ZodType<Json>;
  /** How callers write the input, if they don't write it as it is. */
  readonly startForm?: StartForm;
  /** The root map whose items are the run's input. The complete input is then stored nowhere. */
  readonly rootItems?: string;
  /** With `rootItems`: the field of the input that holds the items. */
  readonly itemsField?: string;
  /**
   * With `rootItems`: the part of the input that is stored. It is `run.input` for all callbacks, except that
   * map's `items` and `label`.
   */
  readonly keptInput?: (input: Json) => Json;
  /** With `rootItems`: rebuilds the input from the stored part and all items, for a restart. */
  readonly withItems?: (kept: Json, items: readonly Json[]) => Json;
  /**
   * The nodes in the order of the declaration, without the closing nodes. A node comes after all that it
   * names in `after`.
   */
  readonly nodes: readonly NodeDefinition[];
  readonly closing: readonly ClosingDefinition[];
  /** The output of a run whose verdict is `completed`. */
  readonly output: (seen: Seen) => Json;
  /** Every app that hosts a node, and how it listens. */
  readonly apps: Readonly<Record<string, QueueListening>>;
}

/**
 * How a start's body is written if it contains the options of the run: they stand beside the fields of the
 * input.
 */
export interface StartForm<Fields = Readonly<Record<string, z.ZodType>>> {
  /** The fields by name. The value that a field's schema gives is that field of the input. */
  readonly fields: Fields;
  /** If the body is only a list, it is the value of this field. */
  readonly listAs?: string;
  /** What a body must be, for a caller that sent something else: `must be …`. */
  readonly words: string;
}

export type NodeDefinition = TaskDefinition | MapDefinition | WaitDefinition | ChildDefinition;

interface NodeCommon {
  readonly name: string;
  /** One line, for pictures and lists. */
  readonly does?: string;
  readonly after: readonly string[];
  /**
   * Decides whether the node opens or is skipped, once all in `after` have ended. Absent: the rule of opening
   * decides.
   */
  readonly when?: (seen: Seen) => boolean;
  /**
   * `continue`: a failure or a time-out doesn't fail the run, and counts as satisfied for the nodes behind
   * it.
   */
  readonly onFailure: 'fail' | 'continue';
}

/** The fields of a node whose work an app does. */
interface WorkedOn {
  /** The Functions app that hosts its handler. */
  readonly app: string;
  readonly queue: string;
  readonly retry: RetryPolicy;
}

interface TaskWork extends WorkedOn {
  readonly kind: 'task';
  readonly result: z.ZodType<Json>;
  /** Evaluated when the node opens, and recorded. Absent: the run's input. */
  readonly input?: (seen: Seen) => Json;
  /** The longest time for one try. */
  readonly timeoutMs: number;
  /**
   * The longest time for everything: tries, pauses and repeated calls together. After it the task has failed,
   * `TimedOut`.
   */
  readonly withinMs?: number;
  /** After this many messages without an answer, the task has failed, `Poisoned`. */
  readonly repair: Pick<RepairPolicy, 'maxSends'>;
}

/** One piece of work. */
export interface TaskDefinition extends NodeCommon, TaskWork {}

/** Any number of items, one handler, and a fold of the results. */
export interface MapDefinition extends NodeCommon, WorkedOn {
  readonly kind: 'map';
  readonly item: z.ZodType<Json>;
  /**
   * Evaluated when the node opens, and again by the process that finds its rows missing. It must give the
   * same items each time.
   */
  readonly items: (seen: Seen) => readonly Json[];
  /**
   * The name of an item for people, in a message's note. Many people can read queues, so it must hold no
   * secret.
   */
  readonly label?: (item: Json) => string;
  readonly result: z.ZodType<Json>;
  readonly fold: Fold & { readonly schema: z.ZodType<Json> };
  readonly repair: RepairPolicy;
  readonly sizing: ChainSizing;
  /** The number of items in work at once, unless the run says otherwise. */
  readonly windowItems: number;
  /** How many items may fail without failing the node. Absent: any number, unless all of them fail. */
  readonly tolerance?: { readonly count?: number; readonly percentage?: number };
  readonly maxItems: number;
  /** The column for the items in a chunk's row. */
  readonly column: string;
}

export interface WaitDefinition extends NodeCommon {
  readonly kind: 'wait';
  readonly until: WaitsForEvent | WaitsForInstant | WaitsForWhile;
}
/** All three kinds are evaluated once, when the node opens, and recorded. */
export interface WaitsForEvent {
  readonly type: 'event';
  readonly event: string;
  readonly payload: z.ZodType<Json>;
  /** Absent or undefined: no time-out. */
  readonly timeoutMs?: number | ((seen: Seen) => number | undefined);
}
interface WaitsForInstant {
  readonly type: 'instant';
  /** ISO 8601. */
  readonly at: (seen: Seen) => string;
}
interface WaitsForWhile {
  readonly type: 'delay';
  /** Counted from the opening of the node. */
  readonly ms: number;
}

/** A run of another chain. The node ends with that run. */
export interface ChildDefinition extends NodeCommon {
  readonly kind: 'child';
  readonly chain: string;
  readonly version: number;
  readonly input: (seen: Seen) => Json;
}

/**
 * A task that opens when the verdict stands, together with all others of its kind. It can't change the
 * verdict.
 */
export interface ClosingDefinition extends TaskWork {
  readonly name: string;
  readonly does?: string;
  readonly closing: 'whenFailed' | 'always';
  /** Absent: it opens. The callback sees the verdict and all nodes, except the closing ones. */
  readonly when?: (seen: Seen) => boolean;
}
