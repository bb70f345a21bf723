import type { Outcome, RunView, Verdict } from '../graph/index.ts';

/** The states that a node can have when a callback behind it sees it. */
export type Status = Exclude<Outcome['status'], 'notReached'>;

/** What the type of a chain says about a node. */
export interface NodeInfo {
  readonly output: unknown;
  readonly states: Status;
  /** All nodes before it, at any distance. */
  readonly before: string;
  readonly app: string;
  /** The type of the handler that its app provides. It is `never` for a node that needs none. */
  readonly handler: unknown;
}
export type Nodes = Readonly<Record<string, NodeInfo>>;
// biome-ignore lint/complexity/noBannedTypes: the type of a chain without nodes, to which names are added one by one
export type NoNodes = {};

export type Before<N extends Nodes, After extends string> = After | N[After]['before'];

type OutcomeIn<T, S extends Status> = Extract<Outcome<T>, { readonly status: S }>;

/** What a node with `when` sees: every way in which the nodes before it can end. */
export type SeenWithWhen<I, N extends Nodes, After extends string> = { readonly run: RunView<I> } & {
  readonly [K in Before<N, After>]: OutcomeIn<N[K]['output'], N[K]['states']>;
};

/**
 * What a node without `when` sees. It opens only if a node right before it wasn't skipped. If there is only
 * one, it was that one.
 */
export type SeenByDefault<I, N extends Nodes, After extends string> = { readonly run: RunView<I> } & {
  readonly [K in Before<N, After>]: OutcomeIn<
    N[K]['output'],
    K extends OnlyOne<After> ? Exclude<N[K]['states'], 'skipped'> : N[K]['states']
  >;
};

/** What a closing node sees: anything may have happened. */
export type SeenAtEnd<I, N extends Nodes> = { readonly run: RunView<I>; readonly verdict: Verdict } & {
  readonly [K in keyof N]: Outcome<N[K]['output']>;
};

/** What the output function sees: a run that completes. */
export type SeenByOutput<I, N extends Nodes> = { readonly run: RunView<I> } & {
  readonly [K in keyof N]: OutcomeIn<N[K]['output'], N[K]['states']>;
};

/** `'skipped'` if a node without `when` may be skipped: when all nodes right before it may be skipped. */
export type Skips<N extends Nodes, After extends string> = [After] extends [never]
  ? never
  : [Exclude<After, Skippable<N>>] extends [never]
    ? 'skipped'
    : never;
type Skippable<N extends Nodes> = {
  [K in keyof N]: 'skipped' extends N[K]['states'] ? K : never;
}[keyof N];

/** The name, if there is only one. */
type OnlyOne<Name extends string, Each extends string = Name> = Name extends unknown
  ? [Each] extends [Name]
    ? Name
    : never
  : never;
