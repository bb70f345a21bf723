import type { GraphNode } from '@tally/api';
import type { GraphEdge } from './types.ts';

/** The edges between nodes. Closing nodes follow all nodes that no other node follows. */
export function edgesOf(nodes: readonly GraphNode[]): GraphEdge[] {
  const hasFollower = new Set(nodes.flatMap(({ after }) => after));
  const ends = nodes.filter(({ name, closing }) => closing === undefined && !hasFollower.has(name));
  return nodes.flatMap((node) => {
    const before = node.closing === undefined ? node.after : ends.map(({ name }) => name);
    const isDashed = node.isConditional || node.closing !== undefined;
    return before.map((from) => ({ from, to: node.name, isDashed }));
  });
}
