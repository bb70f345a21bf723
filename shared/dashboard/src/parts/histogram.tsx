import { useRef, useState } from 'preact/hooks';
import { counted, moment } from './format.ts';

/** A time range, in milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const HEIGHT = 48;

/**
 * Bars over time. To choose a time range, a user draws over them with a pointer. Users without a pointer have
 * fields for it in the filter.
 * @param uncountedTo the counts before this time aren't known, and are drawn that way
 */
export function TimeHistogram({
  from,
  bucketMs,
  counts,
  uncountedTo,
  label,
  onBrush,
}: {
  readonly from: number;
  readonly bucketMs: number;
  readonly counts: readonly number[];
  readonly uncountedTo: number;
  readonly label: string;
  readonly onBrush: (range: TimeRange) => void;
}) {
  const picture = useRef<SVGSVGElement>(null);
  const [drawn, setDrawn] = useState<{ readonly start: number; readonly end: number }>();
  const highest = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const uncounted = Math.max(0, Math.min(counts.length, (uncountedTo - from) / bucketMs));
  const place = (event: PointerEvent) => {
    const box = picture.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(counts.length, Math.max(0, ((event.clientX - box.left) / box.width) * counts.length));
  };
  const finish = () => {
    if (drawn === undefined) return;
    const [first, last] = [Math.floor(Math.min(drawn.start, drawn.end)), Math.ceil(Math.max(drawn.start, drawn.end))];
    setDrawn(undefined);
    if (last - first > 0) onBrush({ from: from + first * bucketMs, to: from + last * bucketMs - 1 });
  };
  return (
    <figure class="histogram">
      <svg
        ref={picture}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${counted(total, 'run')}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrawn({ start: place(event), end: place(event) });
        }}
        onPointerMove={(event) => drawn !== undefined && setDrawn({ ...drawn, end: place(event) })}
        onPointerUp={finish}
        onPointerCancel={() => setDrawn(undefined)}
      >
        <rect class="uncounted" x={0} y={0} width={uncounted} height={HEIGHT} />
        {counts.map((count, index) => {
          const height = count === 0 ? 0 : Math.max(2, (count / highest) * (HEIGHT - 2));
          return (
            <rect key={index} class="bucket" x={index + 0.08} y={HEIGHT - height} width={0.84} height={height}>
              <title>{`${moment(from + index * bucketMs)}: ${counted(count, 'run')}`}</title>
            </rect>
          );
        })}
        {drawn !== undefined && (
          <rect
            class="brush"
            x={Math.min(drawn.start, drawn.end)}
            y={0}
            width={Math.abs(drawn.end - drawn.start)}
            height={HEIGHT}
          />
        )}
      </svg>
      <figcaption class="muted">
        <span>{moment(from)}</span>
        <span>{counted(total, 'run')} created · draw over the bars to choose a time</span>
        <span>{moment(from + counts.length * bucketMs)}</span>
      </figcaption>
    </figure>
  );
}
