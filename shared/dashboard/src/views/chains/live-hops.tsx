import type { ActivityBody, GraphNode } from '@tally/api';
import { counted, number } from '../../parts/format.ts';
import { edgesOf } from '../../parts/graph/chain-edges.ts';
import type { GraphEdge } from '../../parts/graph/types.ts';

/** The hops of a chain. Each has the number of runs that went over it, and the number held at its end. */
export function hopsOf(
  chain: string,
  nodes: readonly GraphNode[],
  activity: Pick<ActivityBody, 'hops'> | undefined,
): GraphEdge[] {
  return edgesOf(nodes).map((edge) => {
    const hop = activity?.hops.find((one) => one.chain === chain && one.from === edge.from && one.to === edge.to);
    if (hop === undefined || hop.passed + hop.held === 0) return edge;
    const { passed, held } = hop;
    return {
      ...edge,
      label: (
        <>
          {passed > 0 && <span>{number(passed)}</span>}
          {held > 0 && <b class="wait toned">{number(held)} held</b>}
        </>
      ),
      hint: `${counted(passed, 'run')} have gone from ${edge.from} to ${edge.to}; in ${number(held)} it waits for others`,
    };
  });
}
