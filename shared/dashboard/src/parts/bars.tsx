import { number } from './format.ts';

/** Counts over equal ranges from 0 to 1. */
export function Bars({
  counts,
  label,
  unit,
}: {
  readonly counts: readonly number[];
  readonly label: string;
  readonly unit: string;
}) {
  const highest = Math.max(1, ...counts);
  const told = counts.map((count, place) => `${rangeOf(place, counts.length)}: ${count}`).join(', ');
  return (
    <figure class="bars" role="img" aria-label={`${label}. ${told}`}>
      <div class="columns" aria-hidden="true">
        {counts.map((count, place) => (
          <div key={rangeOf(place, counts.length)} title={`${rangeOf(place, counts.length)}: ${number(count)} ${unit}`}>
            <span>{count === 0 ? '' : number(count)}</span>
            <i style={{ height: `${(count / highest) * 84}px` }} />
          </div>
        ))}
      </div>
      <figcaption class="muted" aria-hidden="true">
        <span>0</span>
        <span>0.5</span>
        <span>1</span>
      </figcaption>
    </figure>
  );
}

function rangeOf(place: number, parts: number): string {
  return `${(place / parts).toFixed(1)} to ${((place + 1) / parts).toFixed(1)}`;
}
