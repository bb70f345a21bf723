import type { Polled } from '../../data/poll.ts';
import type { SystemLook } from '../../data/system.ts';
import { Failure } from '../../parts/failure.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { Ago } from '../../parts/time.tsx';
import { route } from '../../routing/route.ts';
import { DeadLetters } from './dead-letters.tsx';
import { letterCount, type Trouble, troublesOf } from './troubles.ts';

/** Everything that needs a person; empty when all is well. */
export function TroubleView({ system }: { readonly system: Polled<SystemLook> }) {
  const { value, error, at, isLive, refresh } = system;
  const stage = route.value.query.get('stage') ?? '';
  const troubles = value === undefined ? [] : troublesOf(value);
  const letters = value === undefined ? 0 : letterCount(value);
  const isWell = value !== undefined && troubles.length === 0 && letters === 0;
  return (
    <>
      <div class="title-row">
        <h1>Trouble</h1>
        <div class="end">
          <Freshness at={at} isLive={isLive} refresh={refresh} />
        </div>
      </div>
      {error !== undefined && <Failure error={error} retry={refresh} />}
      {isWell && (
        <p class="card empty">
          <strong>All is well</strong>
          No run is stuck, no message was given up, and every queue has a worker.
        </p>
      )}
      {troubles.length > 0 && (
        <section class="card" aria-label="What needs a person">
          <ul class="lines">
            {troubles.map((trouble) => (
              <Line key={trouble.id} trouble={trouble} />
            ))}
          </ul>
        </section>
      )}
      {value !== undefined && (letters > 0 || stage !== '') && (
        <DeadLetters stage={stage} stages={value.activity.stages.map(({ name }) => name)} onDone={refresh} />
      )}
    </>
  );
}

function Line({ trouble: { tone, title, evidence, since, href } }: { readonly trouble: Trouble }) {
  return (
    <li class={`trouble ${tone}`}>
      <strong class="wrap">{href === null ? title : <a href={href}>{title}</a>}</strong>
      <span class="wrap muted">{evidence}</span>
      {since !== null && (
        <span class="end muted">
          <Ago at={since} />
        </span>
      )}
    </li>
  );
}
