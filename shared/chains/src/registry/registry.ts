import { type ChainDefinition, lanesOf, type QueueListening, workedNodesOf } from '@tally/chain';
import { poisonQueueOf } from '@tally/contracts';
import { checkRegistry } from './check-registry.ts';

/** A queue of a node, and the one into which the Functions host puts the messages that it gives up. */
export interface RegisteredQueue {
  readonly queue: string;
  readonly poisonQueue: string;
  readonly app: string;
  readonly chain: string;
  readonly node: string;
}

/** A Functions app that hosts handlers, with the nodes of all versions. */
export interface RegisteredApp {
  readonly name: string;
  readonly listening: QueueListening;
  readonly queues: readonly RegisteredQueue[];
}

/**
 * The chains of a deployment. Code that opens nodes, sends or repairs uses the registry, and names no chain.
 */
export interface Registry {
  /** Every version of every chain, in the order of the list. */
  readonly chains: readonly ChainDefinition[];
  /** The newest version of the first chain in the list. A start without a chain's name runs it. */
  readonly defaultChain: ChainDefinition;
  /** That version of a chain, or the newest if none is given. Undefined if it isn't known here (R8). */
  readonly chain: (name: string, version?: number) => ChainDefinition | undefined;
  /** The queues of all nodes, each once, however many versions share it. */
  readonly queues: readonly RegisteredQueue[];
  readonly apps: readonly RegisteredApp[];
}

/**
 * Combines chains.
 * @param defined at least one; the first is the default
 * @throws InvalidChainError if two of them can't exist side by side
 */
export function registryOf(
  defined: readonly [
    { readonly definition: ChainDefinition },
    ...(readonly { readonly definition: ChainDefinition }[]),
  ],
): Registry {
  const chains = defined.map(({ definition }) => definition);
  checkRegistry(chains);
  const versions = Map.groupBy(chains, ({ name }) => name);
  const chain = (name: string, version?: number): ChainDefinition | undefined =>
    version === undefined
      ? newest(versions.get(name) ?? [])
      : versions.get(name)?.find((each) => each.version === version);
  const queues = queuesOf(chains);
  return {
    chains,
    defaultChain: chain(defined[0].definition.name) ?? defined[0].definition,
    chain,
    queues,
    apps: appsOf(chains, queues),
  };
}

function newest(versions: readonly ChainDefinition[]): ChainDefinition | undefined {
  return versions.toSorted((a, b) => b.version - a.version)[0];
}

function queuesOf(chains: readonly ChainDefinition[]): readonly RegisteredQueue[] {
  const all = chains.flatMap((chain) =>
    workedNodesOf(chain).flatMap((node) =>
      lanesOf(node).map((queue): [string, RegisteredQueue] => [
        queue,
        { queue, poisonQueue: poisonQueueOf(queue), app: node.app, chain: chain.name, node: node.name },
      ]),
    ),
  );
  return [...new Map(all).values()];
}

function appsOf(chains: readonly ChainDefinition[], queues: readonly RegisteredQueue[]): readonly RegisteredApp[] {
  const listening = new Map(chains.flatMap(({ apps }) => Object.entries(apps)));
  return [...listening].map(([name, how]) => ({
    name,
    listening: how,
    queues: queues.filter(({ app }) => app === name),
  }));
}
