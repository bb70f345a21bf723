import * as z from 'zod';
import { type GraphNode, graphs } from '../plans.ts';
import type { RecordedRun } from './account.ts';

const movesSchema = z.object({
  ended: z.array(z.object({ node: z.string(), outcome: z.string() })).default([]),
  opened: z.array(z.string()).default([]),
});

/**
 * `again`: a rewind continues the node, in its round or in a new one. `unclear`: it does so if items of a map
 * failed, which the timeline doesn't show.
 */
type Told = 'absent' | 'open' | 'again' | 'unclear' | 'good' | 'spoilt';

/**
 * A fault in the node moves of the timeline, or null. Each node is opened at most once a round and ended at
 * most once. After the verdict only the closing nodes move. The final states are those of the run row.
 */
export function moveFault(chain: keyof typeof graphs, { run, timeline }: RecordedRun): string | null {
  const graph = graphs[chain];
  const told = new Map<string, Told>(graph.map(({ name }) => [name, 'absent']));
  const isClosing = (name: string): boolean => graph.some((node) => node.name === name && node.kind === 'closing');
  for (const { type, detail } of timeline) {
    if (type === 'Rewound') rewind(graph, told);
    if (type !== 'NodesMoved') continue;
    const { opened, ended } = movesSchema.parse(detail);
    const isClosed = graph.some(({ name, kind }) => kind === 'closing' && told.get(name) !== 'absent');
    for (const node of opened) {
      const before = told.get(node);
      if (before !== 'absent' && before !== 'again' && before !== 'unclear')
        return `node ${node} is opened when it is ${before}`;
      if (isClosed && !isClosing(node)) return `node ${node} is opened after the verdict`;
      told.set(node, 'open');
    }
    for (const { node, outcome } of ended) {
      const before = told.get(node);
      if (before === undefined || before === 'good' || before === 'spoilt')
        return `node ${node} ends as ${outcome} when it is ${before}`;
      if (isClosed && !isClosing(node)) return `node ${node} ends as ${outcome} after the verdict`;
      told.set(node, outcome === 'succeeded' || outcome === 'skipped' ? 'good' : 'spoilt');
    }
  }
  return finalFault(run.nodes, told);
}

/** Failed or stopped nodes continue if no such node comes before them. The nodes behind them are reset. */
function rewind(graph: readonly GraphNode[], told: Map<string, Told>): void {
  const gone = new Set<string>();
  const unclear = new Set<string>();
  for (const { name, after, kind } of graph) {
    const before = told.get(name) ?? 'absent';
    const isBehind = after.some((one) => gone.has(one));
    const goesOn = before === 'spoilt' || before === 'open' || before === 'again';
    if (isBehind || kind === 'closing') told.set(name, 'absent');
    else if (goesOn) told.set(name, 'again');
    else if (before === 'unclear' || kind === 'map' || after.some((one) => unclear.has(one))) {
      told.set(name, 'unclear');
      unclear.add(name);
    }
    if (isBehind || goesOn) gone.add(name);
  }
}

function finalFault(nodes: RecordedRun['run']['nodes'], told: ReadonlyMap<string, Told>): string | null {
  for (const [name, last] of told) {
    const state = nodes[name];
    const isGood = state?.outcome === 'succeeded' || state?.outcome === 'skipped';
    const row = state?.state === 'ended' ? (isGood ? 'good' : 'spoilt') : (state?.state ?? 'absent');
    const isSame =
      last === row ||
      last === 'unclear' ||
      // A map of the input is in the row before any line mentions it.
      (row === 'stopped' && (last === 'open' || last === 'again' || last === 'absent')) ||
      (row === 'absent' && last === 'again');
    if (!isSame) return `its timeline has node ${name} as ${last}, but its row has ${row}`;
  }
  return null;
}
