import type { HistoryEvent, RunStatusBody } from '@tally/api';
import { now } from '../../../parts/clock.ts';
import { duration, moment } from '../../../parts/format.ts';
import { isLive } from '../../../parts/tones.ts';
import { barsOf } from './bars.ts';

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The activity of nodes over the time of the run. */
export function Gantt({
  status,
  events,
}: {
  readonly status: RunStatusBody;
  readonly events: readonly HistoryEvent[];
}) {
  const moves = isLive(status.runtimeStatus);
  const bars = barsOf(status, events, moves ? now.value : Date.parse(status.lastUpdatedTime));
  if (bars.length === 0) return null;
  const from = Math.min(...bars.map((bar) => bar.from));
  const span = Math.max(1, Math.max(...bars.map((bar) => bar.to)) - from);
  const percent = (part: number) => `${(part / span) * 100}%`;
  return (
    <section class="card">
      <header>
        <h2>What went on when</h2>
        <span class="end muted">from {moment(from)}</span>
      </header>
      <div class="body gantt">
        <ul>
          {bars.map(({ id, label, isPart, tone, word, from: start, to }) => (
            <li key={id} class={isPart ? 'part' : ''}>
              <span class="label" title={label}>
                {label}
              </span>
              <span class="track">
                <i
                  class={tone}
                  style={{ left: percent(start - from), width: percent(to - start) }}
                  title={`${label}: ${word}, ${duration(to - start)}, from ${moment(start)}`}
                />
              </span>
              <span class="took muted">
                {duration(to - start)}
                <span class="hidden-text"> {word}</span>
              </span>
            </li>
          ))}
        </ul>
        <div class="axis muted" aria-hidden="true">
          {TICKS.map((tick) => (
            <span key={tick}>{duration(tick * span)}</span>
          ))}
        </div>
      </div>
    </section>
  );
}
