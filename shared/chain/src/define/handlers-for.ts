import type { Json } from '@tally/contracts';
import { type ChainDefinition, workedNodesOf } from '../graph/index.ts';
import type { Again, Work } from '../handlers/index.ts';
import type { DefinedChain } from './builder.ts';
import { InvalidChainError } from './invalid-chain.ts';
import type { NodeInfo, Nodes } from './seen-types.ts';

type NodesOf<C> = C extends { readonly types?: { readonly nodes: infer N } } ? N : never;

/**
 * The type of one handler, for its own file:
 * `export const pdf: HandlerOf<typeof orders, 'pdf'> = async ({ input }) => …`.
 */
export type HandlerOf<C, Name extends keyof NodesOf<C>> = NodesOf<C>[Name] extends { readonly handler: infer H }
  ? H
  : never;

/** The handlers that an app provides for a chain: one for every node that it hosts, and no others. */
export type HandlersOf<N, App extends string> = {
  readonly [K in keyof N as Hosts<N[K], App> extends true ? K : never]: N[K] extends { readonly handler: infer H }
    ? H
    : never;
};
type Hosts<Node, App extends string> = Node extends NodeInfo
  ? [Node['handler']] extends [never]
    ? false
    : Node['app'] extends App
      ? true
      : false
  : false;

/** A handler without the types of its node. A map's handler also needs `index`. */
export type RunHandler = (work: Work<Json> & { readonly index: number }) => Promise<Json | Again>;

/** An app's handlers for a chain, by node. */
export interface HandlerTable {
  readonly chain: ChainDefinition;
  readonly app: string;
  readonly handlers: Readonly<Record<string, RunHandler>>;
}

/**
 * An app's handlers for a chain. A missing, extra or wrong handler doesn't compile.
 * @throws InvalidChainError if the types were bypassed
 */
export function handlersFor<I, N extends Nodes, O, const App extends N[keyof N]['app']>(
  chain: DefinedChain<I, N, O>,
  app: App,
  handlers: HandlersOf<N, App>,
): HandlerTable;
export function handlersFor(
  { definition }: Pick<DefinedChain<never, never, never>, 'definition'>,
  app: string,
  handlers: Readonly<Record<string, RunHandler>>,
): HandlerTable {
  const hosted = workedNodesOf(definition).filter((node) => node.app === app);
  const missing = hosted.find(({ name }) => !Object.hasOwn(handlers, name));
  if (missing !== undefined) throw new InvalidChainError(definition.name, missing.name, `app "${app}" has no handler`);
  const extra = Object.keys(handlers).find((name) => !hosted.some((node) => node.name === name));
  if (extra !== undefined) throw new InvalidChainError(definition.name, extra, `app "${app}" doesn't host the node`);
  return { chain: definition, app, handlers };
}
