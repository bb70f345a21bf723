import type { Json, RepairPolicy, RetryPolicy } from '@tally/contracts';
import type { Sizing } from '../plan.ts';
import type { Parent, RunFailure, Tolerance } from '../run/run.ts';

/** How a node ended, as the chain's callbacks see it. */
export type Outcome =
  | { readonly status: 'succeeded'; readonly output: Json }
  | { readonly status: 'failed'; readonly error: RunFailure }
  | { readonly status: 'timedOut' }
  | { readonly status: 'skipped' }
  /** Of a node that the run never reached, as a closing node sees it. */
  | { readonly status: 'notReached' };

/**
 * The run as the chain's callbacks see it: `run`, an outcome per node, and for closing nodes the `verdict`.
 */
export interface Seen {
  readonly run: RunSeen;
  readonly verdict?: VerdictSeen;
  readonly [node: string]: RunSeen | VerdictSeen | Outcome | undefined;
}
export interface RunSeen {
  readonly id: string;
  readonly input: Json;
  readonly startedAt: string;
}
export type VerdictSeen =
  | { readonly status: 'completed' }
  | ({ readonly status: 'failed'; readonly node?: string } & RunFailure);

/** What the rules of a run need to know of its chain. Callbacks are pure, and may throw. */
export interface ChainRules {
  readonly name: string;
  readonly version: number;
  /**
   * A root map whose items are the run's input itself. The start writes its rows, and its items can't be
   * computed again.
   */
  readonly rootItems?: string | undefined;
  /**
   * R8: the deciding process doesn't know the chain in this version. Then nothing moves; the run can only be
   * stopped.
   */
  readonly isUnknown?: boolean | undefined;
  /** In the order of the declaration: a node stands behind all that it names in `after`. */
  readonly nodes: readonly NodeRules[];
  readonly closing: readonly ClosingRules[];
  readonly output: (seen: Seen) => Json;
}

interface NodeCommon {
  readonly name: string;
  readonly after: readonly string[];
  readonly when?: ((seen: Seen) => boolean) | undefined;
  readonly onFailure: 'fail' | 'continue';
}

interface TaskWork {
  readonly kind: 'task';
  /** Absent: the run's input. */
  readonly input?: ((seen: Seen) => Json) | undefined;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly withinMs?: number | undefined;
  readonly repair: Pick<RepairPolicy, 'maxSends'>;
}

export interface TaskRules extends NodeCommon, TaskWork {}

export interface MapRules extends NodeCommon {
  readonly kind: 'map';
  readonly items: (seen: Seen) => readonly Json[];
  /** Why these can't be its items; null: they can. */
  readonly misfit: (items: readonly Json[]) => string | null;
  readonly sizing: Sizing;
  readonly windowItems: number;
  readonly tolerance?: Tolerance | undefined;
  readonly maxItems: number;
  readonly fold: { readonly empty: Json; readonly merge: (left: Json, right: Json) => Json };
}

export interface WaitRules extends NodeCommon {
  readonly kind: 'wait';
  readonly until:
    | {
        readonly type: 'event';
        readonly event: string;
        /** Why this can't be the event's payload; null: it can. */
        readonly misfit: (payload: Json) => string | null;
        readonly timeoutMs?: number | ((seen: Seen) => number | undefined) | undefined;
      }
    | { readonly type: 'instant'; readonly at: (seen: Seen) => string }
    | { readonly type: 'delay'; readonly ms: number };
}

export interface ChildRules extends NodeCommon {
  readonly kind: 'child';
  readonly chain: string;
  readonly version: number;
  readonly input: (seen: Seen) => Json;
  /** R12: the child's id, a hash of what it is a child of. */
  readonly idOf: (parent: Parent) => string;
}

export type NodeRules = TaskRules | MapRules | WaitRules | ChildRules;

export interface ClosingRules extends TaskWork {
  readonly name: string;
  readonly closing: 'whenFailed' | 'always';
  readonly when?: ((seen: Seen) => boolean) | undefined;
}

/** The node of a name, closing ones too. */
export function nodeOf(rules: ChainRules, name: string): NodeRules | ClosingRules | undefined {
  return rules.nodes.find((node) => node.name === name) ?? rules.closing.find((node) => node.name === name);
}

/** The task of a name, closing ones too. */
export function taskOf(rules: ChainRules, name: string): TaskRules | ClosingRules | undefined {
  const node = nodeOf(rules, name);
  return node?.kind === 'task' ? node : undefined;
}

/** The wait that takes an event of this name. */
export function waitFor(rules: ChainRules, event: string): WaitRules | undefined {
  return rules.nodes.find(
    (node): node is WaitRules => node.kind === 'wait' && node.until.type === 'event' && node.until.event === event,
  );
}
