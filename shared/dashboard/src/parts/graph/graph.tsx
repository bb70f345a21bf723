import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../data/problems.ts';
import { layOut } from './layout.ts';
import type { GraphEdge, GraphNodeBox, GraphSizes, LaidOut, Point } from './types.ts';

const USUAL: GraphSizes = { width: 166, height: 58, gap: 36 };

/** A graph from left to right: boxes of HTML over lines of SVG. */
export function Graph({
  label,
  nodes,
  edges,
  sizes = USUAL,
}: {
  readonly label: string;
  readonly nodes: readonly GraphNodeBox[];
  readonly edges: readonly GraphEdge[];
  readonly sizes?: GraphSizes;
}) {
  const shape = JSON.stringify([nodes.map(({ id }) => id), edges.map(({ from, to }) => [from, to]), sizes]);
  const [laidOut, setLaidOut] = useState<LaidOut>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    layOut(nodes, edges, sizes).then(
      (found) => isCurrent && setLaidOut(found),
      (thrown: unknown) => isCurrent && setError(messageOf(thrown)),
    );
    return () => {
      isCurrent = false;
    };
  }, [shape]);
  if (error !== undefined) return <p class="note bad">{error}</p>;
  if (laidOut === undefined) return <div class="graph" />;
  const { width, height, places, lines } = laidOut;
  const edgeOf = (from: string, to: string) => edges.find((edge) => edge.from === from && edge.to === to);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide graph is scrolled by the keyboard
    <section class="graph" aria-label={label} tabIndex={0}>
      <div class="canvas" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0 8 4 0 8z" />
            </marker>
          </defs>
          {lines.map(({ from, to, points }) => (
            <path
              key={`${from} ${to}`}
              class={edgeOf(from, to)?.isDashed === true ? 'dashed' : ''}
              d={curveThrough(points)}
              fill="none"
              marker-end="url(#arrow)"
            />
          ))}
        </svg>
        {lines.map(({ from, to, points }) => {
          const edge = edgeOf(from, to);
          return edge?.label === undefined ? null : <Hop key={`${from} ${to}`} edge={edge} at={middleOf(points)} />;
        })}
        <ul>
          {nodes.map((node) => {
            const place = places.get(node.id);
            return place === undefined ? null : <Box key={node.id} node={node} {...place} {...sizes} />;
          })}
        </ul>
      </div>
    </section>
  );
}

function Hop({ edge: { from, to, label, hint }, at }: { readonly edge: GraphEdge; readonly at: Point }) {
  return (
    <span class="hop" style={{ left: `${at.x}px`, top: `${at.y}px` }} title={hint}>
      <span class="hidden-text">
        From {from} to {to}:{' '}
      </span>
      {label}
    </span>
  );
}

type Place = { readonly left: number; readonly top: number } & Pick<GraphSizes, 'width' | 'height'>;

function Box({ node, left, top, width, height }: { readonly node: GraphNodeBox } & Place) {
  const { title, tone, kind, detail, hint, href, mark, queued } = node;
  const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
  const inner = (
    <>
      <span class="head">
        <strong>{title}</strong>
        <em>{kind}</em>
        {mark}
      </span>
      <span class="detail">{detail}</span>
    </>
  );
  return (
    <li class={`node ${tone} kind-${kind}`} style={place} title={hint}>
      {href === undefined ? <div>{inner}</div> : <a href={href}>{inner}</a>}
      {queued !== undefined && <span class="queued">{queued}</span>}
    </li>
  );
}

/** The middle of the line's middle segment. */
function middleOf(points: readonly Point[]): Point {
  const place = Math.max(0, Math.floor((points.length - 2) / 2));
  const [from, to] = [points[place], points[place + 1]];
  return from === undefined || to === undefined ? { x: 0, y: 0 } : { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

/** A curve that leaves and enters every point horizontally. */
function curveThrough([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return '';
  let { x, y } = first;
  const parts = rest.map((next) => {
    const middle = (x + next.x) / 2;
    const part = `C${middle} ${y} ${middle} ${next.y} ${next.x} ${next.y}`;
    ({ x, y } = next);
    return part;
  });
  return `M${first.x} ${first.y}${parts.join('')}`;
}
