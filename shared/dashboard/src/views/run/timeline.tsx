import type { HistoryEvent, RunStatusBody } from '@tally/api';
import { useState } from 'preact/hooks';
import { useOnce } from '../../data/use-once.ts';
import { Failure } from '../../parts/failure.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { Moment } from '../../parts/time.tsx';
import type { Tone } from '../../parts/tones.ts';
import { isRecord } from './happiness.ts';
import { fetchHistory, stampOf } from './history.ts';

/** Lines that are shown at once. */
const AT_ONCE = 200;

/** All events of the run's timeline, in the order of time. */
export function Timeline({ status }: { readonly status: RunStatusBody }) {
  const { instanceId } = status;
  const { value, error, refresh } = useOnce(`timeline:${instanceId}:${stampOf(status)}`, (signal) =>
    fetchHistory(instanceId, signal),
  );
  const [shown, setShown] = useState(AT_ONCE);
  if (error !== undefined) return <Failure error={error} retry={refresh} />;
  if (value === undefined) return <div class="card empty">Loading …</div>;
  if (value.length === 0) return <div class="card empty">Nothing has happened yet.</div>;
  return (
    <section class="card" aria-label="Timeline">
      <ol class="timeline">
        {value.slice(0, shown).map((event, place) => (
          <Event key={`${place} ${event.Timestamp}`} event={event} />
        ))}
      </ol>
      {value.length > shown && (
        <p class="body">
          <button type="button" class="button" onClick={() => setShown(shown + AT_ONCE)}>
            {value.length - shown} more
          </button>
        </p>
      )}
    </section>
  );
}

function Event({ event }: { readonly event: HistoryEvent }) {
  const { EventType, Timestamp, ...rest } = event;
  const [isOpen, setOpen] = useState(false);
  return (
    <li class={toneOf(event)}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span class="muted">
            <Moment at={Timestamp} />
          </span>
          <strong>{wordOf(EventType)}</strong>
          <span class="wrap">{aboutOf(event)}</span>
        </summary>
        {isOpen && <JsonView value={rest} depth={2} />}
      </details>
    </li>
  );
}

/** `TaskCompleted` as `Task completed`. */
function wordOf(type: string): string {
  const words = type.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function aboutOf(event: HistoryEvent): string {
  const { FunctionName, Name, Reason, OrchestrationStatus, Input, FailureDetails } = event;
  const shard = isRecord(Input) && typeof Input['shard'] === 'number' ? `shard ${Input['shard']}` : undefined;
  const failure = isRecord(FailureDetails) ? FailureDetails['ErrorType'] : undefined;
  // The payload of an event, if it is a single word.
  const isWord = event.EventType === 'EventRaised' && (typeof Input === 'string' || typeof Input === 'boolean');
  const brought = isWord ? String(Input) : undefined;
  const told = [FunctionName ?? Name, shard, brought, OrchestrationStatus, Reason, failure];
  return told.filter((text) => typeof text === 'string' && text !== '').join(' · ');
}

function toneOf({ EventType, OrchestrationStatus }: HistoryEvent): Tone {
  if (/Failed|Poison/.test(EventType) || OrchestrationStatus === 'Failed') return 'bad';
  if (EventType.endsWith('Completed')) return 'good';
  if (/Suspended|Timer|Terminated|Stalled/.test(EventType)) return 'wait';
  return 'busy';
}
