import type { Counts } from '@tally/api';
import { number, percent } from './format.ts';
import type { Tone } from './tones.ts';

export interface Segment {
  readonly tone: Tone;
  readonly word: string;
  readonly count: number;
}

/** The count of each kind, as parts of one bar. */
export function SegmentBar({
  segments,
  total,
  label,
  isTall = false,
}: {
  readonly segments: readonly Segment[];
  readonly total: number;
  readonly label: string;
  readonly isTall?: boolean;
}) {
  const told = segments.filter(({ count }) => count > 0);
  const text = told.map(({ word, count }) => `${number(count)} ${word}`).join(', ');
  return (
    <div class={isTall ? 'bar tall' : 'bar'} role="img" aria-label={`${label}: ${text || 'nothing yet'}`} title={text}>
      {told.map(({ tone, word, count }) => (
        <i key={word} class={tone} style={{ width: `${total === 0 ? 0 : (count / total) * 100}%` }} />
      ))}
    </div>
  );
}

export function segmentsOf(counts: Counts): Segment[] {
  return [
    { tone: 'good', word: 'succeeded', count: counts.succeeded },
    { tone: 'bad', word: 'failed', count: counts.failed },
    { tone: 'idle', word: 'aborted', count: counts.aborted },
    { tone: 'busy', word: 'in work', count: counts.inFlight },
  ];
}

/** A bar for a list, with the progress as text. */
export function Progress({ counts, label }: { readonly counts: Counts; readonly label: string }) {
  const done = counts.succeeded + counts.failed + counts.aborted;
  const isDone = done >= counts.total;
  return (
    <div class="progress">
      <SegmentBar segments={segmentsOf(counts)} total={counts.total} label={label} />
      <small>
        {isDone ? number(counts.total) : `${percent(done, counts.total)} of ${number(counts.total)}`}
        {counts.failed > 0 && <span class="bad toned"> · {number(counts.failed)} failed</span>}
      </small>
    </div>
  );
}
