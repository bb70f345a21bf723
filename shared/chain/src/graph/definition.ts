import type { Fold, Json, RepairPolicy, RetryPolicy } from '@tally/contracts';
import type { z } from 'zod';
import type { ChainSizing, QueueListening } from '../listening.ts';
import type { Seen } from './seen.ts';

/**
 * A chain as the engine reads it, free of the types that its declaration was checked with. All callbacks are pure functions of what they see: several apps
 * call them, and call them again. One that throws a `FatalError` fails its node with that code and message, `output` the run; one that throws anything else
 * fails it as `ChainFunctionFailed`.
 */
export interface ChainDefinition {
  readonly name: string;
  /** Raised whenever the graph or a schema changes: a run ends under the version that it began with. */
  readonly version: number;
  /** The Functions app of the nodes that name none. */
  readonly app: string;
  readonly input: z.ZodType<Json>;
  /** How callers write the input, where they don't write it as it is. */
  readonly startForm?: StartForm;
  /** The root map whose items are the run's input: the input as a whole is stored nowhere then. */
  readonly rootItems?: string;
  /** With `rootItems`: the field of the input that holds the items. */
  readonly itemsField?: string;
  /** With `rootItems`: what of the input is stored, and what all callbacks but that map's `items` and `label` see as `run.input`. */
  readonly keptInput?: (input: Json) => Json;
  /** With `rootItems`: the input again, of what was kept of it and all items; for a restart. */
  readonly withItems?: (kept: Json, items: readonly Json[]) => Json;
  /** In the order of the declaration: a node stands behind all that it names in `after`. Without the closing nodes. */
  readonly nodes: readonly NodeDefinition[];
  readonly closing: readonly ClosingDefinition[];
  /** The output of a run whose verdict is `completed`. */
  readonly output: (seen: Seen) => Json;
  /** Every app that hosts a node, with how it listens. */
  readonly apps: Readonly<Record<string, QueueListening>>;
}

/** How a start's body is written that brings the options of the run along: they stand beside the fields of the input. */
export interface StartForm<Fields = Readonly<Record<string, z.ZodType>>> {
  /** By name: what a field's schema gives is that field of the input. */
  readonly fields: Fields;
  /** A body that is a bare list stands for this field. */
  readonly listAs?: string;
  /** What a body must be, for whoever has sent something else: `must be …`. */
  readonly words: string;
}

export type NodeDefinition = TaskDefinition | MapDefinition | WaitDefinition | ChildDefinition;

interface NodeCommon {
  readonly name: string;
  /** One line, for pictures and lists. */
  readonly does?: string;
  readonly after: readonly string[];
  /** Decides, once all in `after` have ended, whether the node opens or is skipped. Without it the rule of opening decides. */
  readonly when?: (seen: Seen) => boolean;
  /** `continue`: a failure or a time-out doesn't fail the run, and counts as satisfied for what stands behind. */
  readonly onFailure: 'fail' | 'continue';
}

/** What a node needs whose work an app does. */
interface WorkedOn {
  /** The Functions app that hosts its handler. */
  readonly app: string;
  readonly queue: string;
  readonly retry: RetryPolicy;
}

interface TaskWork extends WorkedOn {
  readonly kind: 'task';
  readonly result: z.ZodType<Json>;
  /** Evaluated when the node opens, and recorded. Left out: the run's input. */
  readonly input?: (seen: Seen) => Json;
  /** Longest time of one try. */
  readonly timeoutMs: number;
  /** Longest time of it all, tries, pauses and calls again together; then it has failed, `TimedOut`. */
  readonly withinMs?: number;
  /** After this many messages without an answer the task has failed, `Poisoned`. */
  readonly repair: Pick<RepairPolicy, 'maxSends'>;
}

/** One piece of work. */
export interface TaskDefinition extends NodeCommon, TaskWork {}

/** Any number of items, one handler, a fold of the results. */
export interface MapDefinition extends NodeCommon, WorkedOn {
  readonly kind: 'map';
  readonly item: z.ZodType<Json>;
  /** Evaluated when the node opens, and again by whoever finds its rows missing: the same items each time. */
  readonly items: (seen: Seen) => readonly Json[];
  /** An item as a message's note names it to a person. Queues are read by many: never a secret. */
  readonly label?: (item: Json) => string;
  readonly result: z.ZodType<Json>;
  readonly fold: Fold<Json, Json, Json> & { readonly schema: z.ZodType<Json> };
  readonly repair: RepairPolicy;
  readonly sizing: ChainSizing;
  /** Items in work at once, unless the run says otherwise. */
  readonly windowItems: number;
  /** Failed items that don't fail the node. Left out: all but all of them. */
  readonly tolerance?: { readonly count?: number; readonly percentage?: number };
  readonly maxItems: number;
  /** The items' column in a chunk's row. */
  readonly column: string;
}

export interface WaitDefinition extends NodeCommon {
  readonly kind: 'wait';
  readonly until: WaitsForEvent | WaitsForInstant | WaitsForWhile;
}
/** All three are evaluated once, when the node opens, and recorded. */
export interface WaitsForEvent {
  readonly type: 'event';
  readonly event: string;
  readonly payload: z.ZodType<Json>;
  /** Left out, or given as undefined: no time-out. */
  readonly timeoutMs?: number | ((seen: Seen) => number | undefined);
}
interface WaitsForInstant {
  readonly type: 'instant';
  /** ISO 8601. */
  readonly at: (seen: Seen) => string;
}
interface WaitsForWhile {
  readonly type: 'delay';
  /** From the opening of the node. */
  readonly ms: number;
}

/** A run of another chain, which ends with it. */
export interface ChildDefinition extends NodeCommon {
  readonly kind: 'child';
  readonly chain: string;
  readonly version: number;
  readonly input: (seen: Seen) => Json;
}

/** A task that opens, with all others of its kind, when the verdict stands, and can't change it. */
export interface ClosingDefinition extends TaskWork {
  readonly name: string;
  readonly does?: string;
  readonly closing: 'whenFailed' | 'always';
  /** Left out: it opens. Sees all nodes but the closing ones, and the verdict. */
  readonly when?: (seen: Seen) => boolean;
}
