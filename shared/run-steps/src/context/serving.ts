import { type ChainDefinition, findNode, isWorked } from '@tally/chain';

/**
 * What a worker that takes messages of a node of a chain in a version calls itself in its heartbeat (R8). Each lane has a name of its own: on Azure the functions
 * of an app run on instances of their own, so that one of them is there doesn't say that the other is.
 */
export function servingName(
  chain: Pick<ChainDefinition, 'name' | 'version' | 'nodes' | 'closing'>,
  node: string,
  queue: string,
): string {
  const found = findNode(chain, node);
  const name = `${chain.name}@${chain.version}/${node}`;
  return found === undefined || !isWorked(found) || found.queue === queue ? name : `${name} by ${queue}`;
}
