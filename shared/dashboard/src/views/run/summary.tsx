import type { RunStatusBody } from '@tally/api';
import type { ComponentChildren } from 'preact';
import { now } from '../../parts/clock.ts';
import { decimal, duration, number, percent } from '../../parts/format.ts';
import { SegmentBar, segmentsOf } from '../../parts/progress.tsx';
import { Moment } from '../../parts/time.tsx';
import { isLive } from '../../parts/tones.ts';
import { StatusProgress } from '../runs/status-progress.tsx';

/**
 * Dollars per request. A bit more than half of a chunk's requests go to queues ($0.004 per 10,000), the
 * others to tables ($0.00036).
 */
const DOLLARS_A_REQUEST = (0.6 * 0.004 + 0.4 * 0.000_36) / 10_000;

/** Progress, and the numbers beside it. */
export function Summary({ status }: { readonly status: RunStatusBody }) {
  const { counts, rate, eta, window, createdTime, lastUpdatedTime, runtimeStatus, storageTransactions } = status;
  const done = counts.succeeded + counts.failed + counts.aborted;
  const until = isLive(runtimeStatus) ? now.value : Date.parse(lastUpdatedTime);
  return (
    <section class="card summary" aria-label="Progress">
      {counts.total > 0 ? (
        <div class="items">
          <div class="headline">
            <strong>{percent(done, counts.total)}</strong>
            <span class="muted">
              {number(done)} of {number(counts.total)} items
            </span>
            <Legend counts={counts} />
          </div>
          <SegmentBar segments={segmentsOf(counts)} total={counts.total} label="Items" isTall />
        </div>
      ) : (
        <div class="items">
          <StatusProgress status={status} />
        </div>
      )}
      <dl class="facts">
        <Fact name="Created">
          <Moment at={createdTime} />
        </Fact>
        <Fact name={isLive(runtimeStatus) ? 'Running for' : 'Took'}>{duration(until - Date.parse(createdTime))}</Fact>
        {rate !== null && <Fact name="Rate">{decimal(rate)} a second</Fact>}
        {eta !== null && <Fact name="Done in about">{duration(Math.max(0, Date.parse(eta) - now.value))}</Fact>}
        {window !== null && <Fact name="Window">{number(window)}</Fact>}
        {storageTransactions !== null && (
          <Fact name="Storage requests" hint="An estimate from the rows and the prices of queues and tables">
            ≈ {number(storageTransactions)} <span class="muted">({cost(storageTransactions)})</span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Legend({ counts }: { readonly counts: RunStatusBody['counts'] }) {
  const told = segmentsOf(counts).filter(({ count }) => count > 0);
  return (
    <ul class="legend">
      {told.map(({ tone, word, count }) => (
        <li key={word} class={tone}>
          {number(count)} {word}
        </li>
      ))}
      {counts.pending > 0 && <li class="todo">{number(counts.pending)} to do</li>}
    </ul>
  );
}

function Fact({
  name,
  hint,
  children,
}: {
  readonly name: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function cost(requests: number): string {
  const dollars = requests * DOLLARS_A_REQUEST;
  return dollars < 0.001 ? 'less than $0.001' : `$${dollars.toFixed(3)}`;
}
