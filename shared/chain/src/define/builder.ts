import type { Json } from '@tally/contracts';
import type { ChainDefinition, MapOutput, TAKEN_NAMES } from '../graph/index.ts';
import type { Handler, MapHandler } from '../handlers/index.ts';
import type { JsonLike } from './json-like.ts';
import type {
  ClosingOptions,
  ItemOptions,
  MapOptions,
  NodeOptions,
  OnFailure,
  SleepOptions,
  TaskOptions,
  WaitOptions,
} from './options.ts';
import type {
  Before,
  NodeInfo,
  Nodes,
  SeenAtEnd,
  SeenByDefault,
  SeenByOutput,
  SeenWithWhen,
  Skips,
  Status,
} from './seen-types.ts';

/**
 * Adds nodes to a chain, one after another. A node names only nodes above it, so unknown names and cycles
 * don't compile. Every callback sees, typed, the outcomes of all nodes before its own. Each call returns a
 * new builder.
 *
 * `I` is the run's input, `N` the nodes so far, `C` the closing nodes, `D` the app of nodes that name none.
 * Each kind has two overloads, without and with `when`, because what its callbacks see depends on that.
 */
export interface ChainBuilder<I, N extends Nodes, C extends Nodes, D extends string> {
  /** One piece of work: a queue, a handler. */
  task<
    const Name extends string,
    R extends JsonLike,
    P extends JsonLike = Stored<I>,
    const After extends keyof N & string = never,
    const A extends string = D,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: ByDefault<After, F> & TaskOptions<SeenByDefault<I, N, After>, P, R, A>,
  ): ChainBuilder<I, N & Task<N, Name, R, After, Opened<N, After>, F, A, Handler<P, R>>, C, D>;
  task<
    const Name extends string,
    R extends JsonLike,
    P extends JsonLike = Stored<I>,
    const After extends keyof N & string = never,
    const A extends string = D,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: Choosing<I, N, After, F> & TaskOptions<SeenWithWhen<I, N, After>, P, R, A>,
  ): ChainBuilder<I, N & Task<N, Name, R, After, Chosen, F, A, Handler<P, R>>, C, D>;

  /** Any number of items, each through one handler, and then a fold of the results. */
  map<
    const Name extends string,
    Item extends JsonLike,
    R extends JsonLike,
    Folded extends JsonLike = null,
    const After extends keyof N & string = never,
    const A extends string = D,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: ByDefault<After, F> & MapOptions<SeenByDefault<I, N, After>, Item, R, Folded, A>,
  ): ChainBuilder<I, N & Task<N, Name, MapOutput<Folded>, After, Opened<N, After>, F, A, MapHandler<Item, R>>, C, D>;
  map<
    const Name extends string,
    Item extends JsonLike,
    R extends JsonLike,
    Folded extends JsonLike = null,
    const After extends keyof N & string = never,
    const A extends string = D,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: Choosing<I, N, After, F> & MapOptions<SeenWithWhen<I, N, After>, Item, R, Folded, A>,
  ): ChainBuilder<I, N & Task<N, Name, MapOutput<Folded>, After, Chosen, F, A, MapHandler<Item, R>>, C, D>;

  /**
   * A map at the start of the chain whose items are a list in the run's input, of any length. The list is
   * stored only as the map's items: callbacks see the input without it.
   */
  rootMap<
    const Name extends string,
    const Field extends keyof I & string,
    Item extends JsonLike,
    R extends JsonLike,
    Folded extends JsonLike = null,
    const A extends string = D,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: NodeOptions<F> & { readonly itemsOf: I[Field] extends readonly Item[] ? Field : never } & ItemOptions<
        Item,
        R,
        Folded,
        A
      >,
  ): ChainBuilder<
    Omit<I, Field>,
    N & Task<N, Name, MapOutput<Folded>, never, 'succeeded', F, A, MapHandler<Item, R>>,
    C,
    D
  >;

  /** Waits until an event comes from outside, or until its time is over. */
  wait<
    const Name extends string,
    E extends JsonLike,
    const After extends keyof N & string = never,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: ByDefault<After, F> & WaitOptions<SeenByDefault<I, N, After>, E>,
  ): ChainBuilder<I, N & Wait<N, Name, E, After, Opened<N, After>, F>, C, D>;
  wait<
    const Name extends string,
    E extends JsonLike,
    const After extends keyof N & string = never,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: Choosing<I, N, After, F> & WaitOptions<SeenWithWhen<I, N, After>, E>,
  ): ChainBuilder<I, N & Wait<N, Name, E, After, Chosen, F>, C, D>;

  /** Waits for a while, or until an instant. At the start of the chain this is a delayed start. */
  sleep<const Name extends string, const After extends keyof N & string = never, const F extends OnFailure = 'fail'>(
    name: Fresh<Name, N, C>,
    spec: ByDefault<After, F> & SleepOptions<SeenByDefault<I, N, After>>,
  ): ChainBuilder<I, N & Task<N, Name, null, After, Opened<N, After>, F, never, never>, C, D>;
  sleep<const Name extends string, const After extends keyof N & string = never, const F extends OnFailure = 'fail'>(
    name: Fresh<Name, N, C>,
    spec: Choosing<I, N, After, F> & SleepOptions<SeenWithWhen<I, N, After>>,
  ): ChainBuilder<I, N & Task<N, Name, null, After, Chosen, F, never, never>, C, D>;

  /** A run of another chain. The node ends with that run, and its output is that run's output. */
  child<
    const Name extends string,
    CI extends JsonLike,
    CO extends JsonLike,
    const After extends keyof N & string = never,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: ByDefault<After, F> & ChildOptions<SeenByDefault<I, N, After>, CI, CO>,
  ): ChainBuilder<I, N & Task<N, Name, CO, After, Opened<N, After>, F, never, never>, C, D>;
  child<
    const Name extends string,
    CI extends JsonLike,
    CO extends JsonLike,
    const After extends keyof N & string = never,
    const F extends OnFailure = 'fail',
  >(
    name: Fresh<Name, N, C>,
    spec: Choosing<I, N, After, F> & ChildOptions<SeenWithWhen<I, N, After>, CI, CO>,
  ): ChainBuilder<I, N & Task<N, Name, CO, After, Chosen, F, never, never>, C, D>;

  /**
   * A task that opens when the run is about to fail. All closing nodes open together. They can't change the
   * verdict.
   */
  whenFailed<const Name extends string, R extends JsonLike, P extends JsonLike = Stored<I>, const A extends string = D>(
    name: Fresh<Name, N, C>,
    spec: ClosingOptions<SeenAtEnd<I, N>, P, R, A>,
  ): ChainBuilder<I, N, C & Closing<Name, R, A, Handler<P, R>>, D>;
  /** The same, but whether the run is about to complete or to fail. */
  always<const Name extends string, R extends JsonLike, P extends JsonLike = Stored<I>, const A extends string = D>(
    name: Fresh<Name, N, C>,
    spec: ClosingOptions<SeenAtEnd<I, N>, P, R, A>,
  ): ChainBuilder<I, N, C & Closing<Name, R, A, Handler<P, R>>, D>;

  /**
   * The last call: the output of a completed run.
   * @throws InvalidChainError for what the types can't refuse: limits, names
   */
  output<O extends JsonLike>(output: (seen: SeenByOutput<I, N>) => O): DefinedChain<I, N & C, O>;
}

/** A chain with the types of its nodes. */
export interface DefinedChain<I, N, O> {
  readonly definition: ChainDefinition;
  /** Only for the types: no value is stored here. */
  readonly types?: { readonly input: I; readonly nodes: N; readonly output: O };
}

interface ChildOptions<S, CI, CO> {
  /** The imported version is the one that runs. */
  readonly chain: DefinedChain<CI, Nodes, CO>;
  readonly input: (seen: S) => NoInfer<CI>;
}

/**
 * Without `when` a node opens when all nodes before it have ended and at least one of them wasn't skipped. If
 * all were skipped, it is skipped too. A node before it that failed or timed out has failed the run. If that
 * node says `onFailure: 'continue'`, it counts as if it had succeeded.
 */
type ByDefault<After extends string, F extends OnFailure> = NodeOptions<F> & {
  readonly after?: readonly After[];
  readonly when?: undefined;
};
type Choosing<I, N extends Nodes, After extends string, F extends OnFailure> = NodeOptions<F> & {
  readonly after?: readonly After[];
  /** Decides whether the node opens or is skipped, once all nodes before it have ended. */
  readonly when: (seen: SeenWithWhen<I, N, After>) => boolean;
};
type Opened<N extends Nodes, After extends string> = 'succeeded' | Skips<N, After>;
type Chosen = 'succeeded' | 'skipped';

/** An input is JSON: its schema was checked for that, and removing a list from it doesn't change that. */
type Stored<I> = I extends JsonLike ? I : never;

type Fresh<Name extends string, N, C> = Name extends keyof N | keyof C | (typeof TAKEN_NAMES)[number]
  ? `'${Name}' is taken`
  : Name;

type Node<Name extends string, Info extends NodeInfo> = { readonly [K in Name]: Info };
type Task<
  N extends Nodes,
  Name extends string,
  Output,
  After extends string,
  Open extends Status,
  F extends OnFailure,
  A extends string,
  H,
> = Node<
  Name,
  {
    readonly output: Output;
    readonly states: Open | (F extends 'continue' ? 'failed' : never);
    readonly before: Before<N, After>;
    readonly app: A;
    readonly handler: H;
  }
>;
type Wait<
  N extends Nodes,
  Name extends string,
  E,
  After extends string,
  Open extends Status,
  F extends OnFailure,
> = Task<N, Name, E, After, Open | (F extends 'continue' ? 'timedOut' : never), F, never, never>;
type Closing<Name extends string, R, A extends string, H> = Node<
  Name,
  { readonly output: R; readonly states: Status; readonly before: never; readonly app: A; readonly handler: H }
>;

/** The output and the input of a chain's runs. */
export type OutputOf<C> = C extends DefinedChain<infer _I, infer _N, infer O> ? O : Json;
export type InputOf<C> = C extends DefinedChain<infer I, infer _N, infer _O> ? I : Json;
