import type {
  ChainDefinition,
  ClosingDefinition,
  MapDefinition,
  NodeDefinition,
  TaskDefinition,
} from './definition.ts';

export type AnyNode = NodeDefinition | ClosingDefinition;
/** A node whose work an app does, from its own queue. */
export type WorkedNode = TaskDefinition | MapDefinition | ClosingDefinition;

type Nodes = Pick<ChainDefinition, 'nodes' | 'closing'>;

/** All nodes of a chain in the order of the declaration, with the closing nodes last. */
export function allNodesOf({ nodes, closing }: Nodes): readonly AnyNode[] {
  return [...nodes, ...closing];
}

/** The node with this name, or undefined if the chain has none. */
export function findNode(chain: Nodes, name: string): AnyNode | undefined {
  return allNodesOf(chain).find((node) => node.name === name);
}

/** The nodes of a chain that apps work on: tasks, maps and closing nodes. */
export function workedNodesOf(chain: Nodes): readonly WorkedNode[] {
  return allNodesOf(chain).filter(isWorked);
}

/** Whether an app works on the node. */
export function isWorked(node: AnyNode): node is WorkedNode {
  return node.kind === 'task' || node.kind === 'map';
}
