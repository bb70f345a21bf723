import { type ChainDefinition, findNode, isWorked } from '@tally/chain';

/**
 * The name in the heartbeat of a worker that takes messages of a node, of a chain in a version (R8). Each
 * lane has its own name. On Azure the functions of an app run on separate instances, so the presence of one
 * doesn't prove that of another.
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
