import type { Outcome, RunView, Verdict } from '../graph/index.ts';

/** The ways in which a node can stand when a callback behind it looks. */
export type Status = Exclude<Outcome['status'], 'notReached'>;

/** What the type of a chain tells of a node. */
export interface NodeInfo {
  readonly output: unknown;
  readonly states: Status;
  /** All nodes before it, however far. */
  readonly before: string;
  readonly app: string;
  /** The type of the handler that its app provides; `never` for what needs none. */
  readonly handler: unknown;
}
export type Nodes = Readonly<Record<string, NodeInfo>>;
// biome-ignore lint/complexity/noBannedTypes: the type of a chain without nodes, to which names are added one by one
export type NoNodes = {};

export type Before<N extends Nodes, After extends string> = After | N[After]['before'];

type OutcomeIn<T, S extends Status> = Extract<Outcome<T>, { readonly status: S }>;

/** What a node with `when` sees: every way in which those before it can end. */
export type SeenWithWhen<I, N extends Nodes, After extends string> = { readonly run: RunView<I> } & {
  readonly [K in Before<N, After>]: OutcomeIn<N[K]['output'], N[K]['states']>;
};

/** Without `when` a node opens only if one of those right before it wasn't skipped: if there is but one, that one. */
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

/** What the output is made of: a run that completes. */
export type SeenByOutput<I, N extends Nodes> = { readonly run: RunView<I> } & {
  readonly [K in keyof N]: OutcomeIn<N[K]['output'], N[K]['states']>;
};

/** `'skipped'` if a node without `when` may be skipped: where all right before it may. */
export type Skips<N extends Nodes, After extends string> = [After] extends [never]
  ? never
  : [Exclude<After, Skippable<N>>] extends [never]
    ? 'skipped'
    : never;
type Skippable<N extends Nodes> = {
  [K in keyof N]: 'skipped' extends N[K]['states'] ? K : never;
}[keyof N];

/** The name, if it is a single one. */
type OnlyOne<Name extends string, Each extends string = Name> = Name extends unknown
  ? [Each] extends [Name]
    ? Name
    : never
  : never;
