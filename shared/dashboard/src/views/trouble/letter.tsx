import type { DeadLetter } from '@tally/api';
import { useState } from 'preact/hooks';
import { counted } from '../../parts/format.ts';
import { JsonView } from '../../parts/json-view.tsx';
import { parsed } from '../../parts/parsed.ts';
import { Ago } from '../../parts/time.tsx';
import { linkTo } from '../../routing/links.ts';

/** A dead letter: its reason, its run, and the original message. */
export function Letter({
  letter,
  onAsk,
}: {
  readonly letter: DeadLetter;
  readonly onAsk: ((verb: 'redrive' | 'discard') => void) | undefined;
}) {
  const { stage, time, reason, runId, dequeueCount, items, body, unreadable } = letter;
  const [isOpen, setOpen] = useState(false);
  return (
    <li class="letter">
      <div class="about">
        <strong>{stage}</strong>
        {runId !== null && (
          <a class="mono wrap" href={linkTo(['runs', runId])}>
            {runId}
          </a>
        )}
        <span class="muted">
          <Ago at={time} /> · delivered {counted(dequeueCount, 'time')}
          {items !== null && items.length > 0 && ` · ${counted(items.length, 'item')}`}
        </span>
        {onAsk !== undefined && (
          <span class="end">
            {unreadable === undefined && (
              <button type="button" class="button small" onClick={() => onAsk('redrive')}>
                Redrive
              </button>
            )}
            <button type="button" class="button small bad" onClick={() => onAsk('discard')}>
              Discard
            </button>
          </span>
        )}
      </div>
      <p class="wrap bad toned">{reason}</p>
      {body !== '' && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary class="muted">The message</summary>
          {isOpen && <JsonView value={parsed(body)} depth={1} />}
        </details>
      )}
    </li>
  );
}
