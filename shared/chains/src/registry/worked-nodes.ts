import type { ChainDefinition, ClosingDefinition, MapDefinition, TaskDefinition } from '@tally/chain';

/** The nodes of a chain that an app works on: tasks, maps and closing nodes. */
export function workedNodesOf(chain: ChainDefinition): (TaskDefinition | MapDefinition | ClosingDefinition)[] {
  return [...chain.nodes, ...chain.closing].filter((node) => node.kind === 'task' || node.kind === 'map');
}
