import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre';
import type { GraphEdge, GraphNodeBox, LaidOut, Point } from './types.ts';

export const NODE_WIDTH = 166;
export const NODE_HEIGHT = 58;

/** Places the nodes of a graph from left to right. The layout library comes when the first graph is drawn. */
export async function layOut(nodes: readonly GraphNodeBox[], edges: readonly GraphEdge[]): Promise<LaidOut> {
  const { default: dagre } = await import('@dagrejs/dagre');
  const graph = new dagre.graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 36, marginx: 2, marginy: 2 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const centre = (id: string): Point => {
    const { x = 0, y = 0 } = graph.node(id);
    return { x, y };
  };
  return {
    width,
    height,
    places: new Map(
      nodes.map(({ id }) => {
        const { x, y } = centre(id);
        return [id, { left: x - NODE_WIDTH / 2, top: y - NODE_HEIGHT / 2 }];
      }),
    ),
    lines: edges.map((edge) => {
      const [from, to] = [centre(edge.from), centre(edge.to)];
      // From the right side of one box to the left side of the other; between them where the layout leads it past others.
      const between = graph.edge(edge.from, edge.to).points?.slice(1, -1) ?? [];
      const bends = between.filter(({ x }) => x > from.x + NODE_WIDTH && x < to.x - NODE_WIDTH);
      return {
        ...edge,
        points: [{ x: from.x + NODE_WIDTH / 2, y: from.y }, ...bends, { x: to.x - NODE_WIDTH / 2, y: to.y }],
      };
    }),
  };
}
