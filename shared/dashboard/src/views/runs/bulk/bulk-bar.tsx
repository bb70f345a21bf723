import { useState } from 'preact/hooks';
import { mayControl } from '../../../data/session.ts';
import { Icon } from '../../../parts/icons.tsx';
import type { Filter } from '../filter.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { type BulkVerb, bulkVerbs } from './bulk-verbs.ts';

/** The actions on all runs that match the filter. */
export function BulkBar({
  filter,
  now,
  onDone,
}: {
  readonly filter: Filter;
  readonly now: number;
  readonly onDone: () => void;
}) {
  const [asked, setAsked] = useState<BulkVerb>();
  if (!mayControl.value) return null;
  return (
    <fieldset class="bulk">
      <legend class="hidden-text">For all runs that match the filter</legend>
      <span class="muted">All of these:</span>
      {bulkVerbs.map((verb) => (
        <button
          key={verb.name}
          type="button"
          class={verb.isBad ? 'button small bad' : 'button small'}
          onClick={() => setAsked(verb)}
        >
          <Icon name={verb.icon} />
          {verb.word} …
        </button>
      ))}
      {asked !== undefined && (
        <BulkDialog verb={asked} filter={filter} now={now} onDone={onDone} onClose={() => setAsked(undefined)} />
      )}
    </fieldset>
  );
}
