import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre';
import type { GraphEdge, GraphNodeBox, GraphSizes, LaidOut, Point } from './types.ts';

/**
 * Places the nodes of a graph from left to right. The layout library is loaded when the first graph is drawn.
 */
export async function layOut(
  nodes: readonly Pick<GraphNodeBox, 'id'>[],
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  { width: boxWidth, height: boxHeight, gap }: GraphSizes,
): Promise<LaidOut> {
  const { default: dagre } = await import('@dagrejs/dagre');
  const graph = new dagre.graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: gap, marginx: 16, marginy: 2 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: boxWidth, height: boxHeight });
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
        return [id, { left: x - boxWidth / 2, top: y - boxHeight / 2 }];
      }),
    ),
    lines: edges.map((edge) => {
      const [from, to] = [centre(edge.from), centre(edge.to)];
      // From the right side of one box to the left side of the other, with bends where the layout leads the
      // line past other boxes.
      const between = graph.edge(edge.from, edge.to).points?.slice(1, -1) ?? [];
      const bends = between.filter(({ x }) => x > from.x + boxWidth && x < to.x - boxWidth);
      return {
        from: edge.from,
        to: edge.to,
        points: [{ x: from.x + boxWidth / 2, y: from.y }, ...bends, { x: to.x - boxWidth / 2, y: to.y }],
      };
    }),
  };
}
