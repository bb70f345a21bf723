import type { RunStatusBody } from '@tally/api';
import { useState } from 'preact/hooks';
import { mayControl } from '../../../data/session.ts';
import { Icon } from '../../../parts/icons.tsx';
import { isLive } from '../../../parts/tones.ts';
import { ControlDialog } from './control-dialog.tsx';
import { EventDialog } from './event-dialog.tsx';
import { type Verb, verbs } from './verbs.ts';
import { WindowDialog } from './window-dialog.tsx';

type Asked = Verb | 'event' | 'window';

/** A button for each action that the run's state allows. */
export function Controls({ status, onDone }: { readonly status: RunStatusBody; readonly onDone: () => void }) {
  const [asked, setAsked] = useState<Asked>();
  if (!mayControl.value) return null;
  const close = () => setAsked(undefined);
  const moves = isLive(status.runtimeStatus);
  return (
    <>
      {verbs
        .filter((verb) => verb.isPossible(status))
        .map((verb) => (
          <button
            key={verb.name}
            type="button"
            class={verb.isBad ? 'button bad' : 'button'}
            onClick={() => setAsked(verb)}
          >
            <Icon name={verb.icon} />
            {verb.word}
          </button>
        ))}
      {moves && status.window !== null && (
        <button type="button" class="button" onClick={() => setAsked('window')}>
          Window
        </button>
      )}
      {moves && (
        <button type="button" class="button" onClick={() => setAsked('event')}>
          Event
        </button>
      )}
      {asked === 'event' && <EventDialog status={status} onDone={onDone} onClose={close} />}
      {asked === 'window' && <WindowDialog status={status} onDone={onDone} onClose={close} />}
      {typeof asked === 'object' && (
        <ControlDialog verb={asked} id={status.instanceId} onDone={onDone} onClose={close} />
      )}
    </>
  );
}
