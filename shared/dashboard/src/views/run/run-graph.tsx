import type { GraphNode, RunNode, RunStatusBody } from '@tally/api';
import type { ComponentChildren } from 'preact';
import { versionOf } from '../../data/chains.ts';
import { now } from '../../parts/clock.ts';
import { counted, duration, number } from '../../parts/format.ts';
import { edgesOf } from '../../parts/graph/chain-edges.ts';
import { Graph } from '../../parts/graph/graph.tsx';
import type { GraphNodeBox } from '../../parts/graph/types.ts';
import { standingOf } from '../../parts/tones.ts';
import { linkTo } from '../../routing/links.ts';

/** The chain of a run, coloured by the state of each node. */
export function RunGraph({ status }: { readonly status: RunStatusBody }) {
  const { name, chainVersion, nodes, instanceId } = status;
  const version = versionOf(name, chainVersion);
  if (version === undefined) return null;
  const boxes = version.nodes.map((declared) =>
    boxOf(
      declared,
      nodes.find((node) => node.name === declared.name),
      instanceId,
    ),
  );
  return (
    <section class="card">
      <div class="body">
        <Graph label={`The chain ${name} in this run`} nodes={boxes} edges={edgesOf(version.nodes)} />
      </div>
    </section>
  );
}

function boxOf(declared: GraphNode, node: RunNode | undefined, id: string): GraphNodeBox {
  const { name, kind, does = '' } = declared;
  const { word, tone } = standingOf(node ?? { state: 'notDue' });
  return {
    id: name,
    title: name,
    tone,
    kind,
    detail: node === undefined ? word : detailOf(node, word),
    hint: [does, node?.why, node?.error?.message].filter((text) => text !== undefined && text !== '').join('\n'),
    href: hrefOf(kind, node, id),
  };
}

function hrefOf(kind: GraphNode['kind'], node: RunNode | undefined, id: string): string | undefined {
  if (node?.runId !== undefined) return linkTo(['runs', node.runId]);
  return kind === 'map' ? linkTo(['runs', id], { tab: 'items', node: node?.name }) : undefined;
}

function detailOf(node: RunNode, word: string): ComponentChildren {
  const { counts, attempts = 1, openedAt, endedAt, until, error } = node;
  if (error !== undefined) return `${word}: ${error.code}`;
  if (counts !== undefined && counts.total > 0)
    return `${number(counts.succeeded + counts.failed)} of ${number(counts.total)}${counts.failed > 0 ? `, ${number(counts.failed)} failed` : ''}`;
  const tries = attempts > 1 ? `, ${counted(attempts, 'try', 'tries')}` : '';
  if (node.state === 'waiting')
    return until == null ? word : `${word}, ${duration(Math.max(0, Date.parse(until) - now.value))} left`;
  if (openedAt === undefined) return word;
  const took = (endedAt === undefined ? now.value : Date.parse(endedAt)) - Date.parse(openedAt);
  return `${word} · ${duration(took)}${tries}`;
}
