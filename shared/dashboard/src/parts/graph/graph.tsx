import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../data/problems.ts';
import { layOut, NODE_HEIGHT, NODE_WIDTH } from './layout.ts';
import type { GraphEdge, GraphNodeBox, LaidOut, Point } from './types.ts';

/** A graph from left to right: boxes of HTML over lines of SVG. */
export function Graph({
  label,
  nodes,
  edges,
}: {
  readonly label: string;
  readonly nodes: readonly GraphNodeBox[];
  readonly edges: readonly GraphEdge[];
}) {
  const shape = JSON.stringify([nodes.map(({ id }) => id), edges]);
  const [laidOut, setLaidOut] = useState<LaidOut>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    layOut(nodes, edges).then(
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
          {lines.map(({ from, to, isDashed, points }) => (
            <path
              key={`${from} ${to}`}
              class={isDashed ? 'dashed' : ''}
              d={curveThrough(points)}
              fill="none"
              marker-end="url(#arrow)"
            />
          ))}
        </svg>
        <ul>
          {nodes.map((node) => {
            const place = places.get(node.id);
            return place === undefined ? null : <Box key={node.id} node={node} {...place} />;
          })}
        </ul>
      </div>
    </section>
  );
}

function Box({ node, left, top }: { readonly node: GraphNodeBox; readonly left: number; readonly top: number }) {
  const { title, tone, kind, detail, hint, href } = node;
  const place = { left: `${left}px`, top: `${top}px`, width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` };
  const inner = (
    <>
      <span class="head">
        <strong>{title}</strong>
        <em>{kind}</em>
      </span>
      <span class="detail">{detail}</span>
    </>
  );
  return (
    <li class={`node ${tone} kind-${kind}`} style={place} title={hint}>
      {href === undefined ? <div>{inner}</div> : <a href={href}>{inner}</a>}
    </li>
  );
}

/** A line that leaves and enters every point sideways, as one reads. */
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
