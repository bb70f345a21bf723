import type { RunStatusBody } from '@tally/api';
import { useState } from 'preact/hooks';
import { call, writeCall } from '../../../data/call.ts';
import { curlOf } from '../../../parts/curl.ts';
import { CurlLine } from '../../../parts/curl-line.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { say } from '../../../parts/toasts.tsx';
import { ReasonField } from './reason-field.tsx';

/** Sends an event with any payload to the run. */
export function EventDialog({
  status,
  onDone,
  onClose,
}: {
  readonly status: RunStatusBody;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { instanceId: id, nodes } = status;
  const [eventName, setName] = useState(nodes.find(({ event }) => event !== undefined)?.event ?? '');
  const [text, setText] = useState('true');
  const [reason, setReason] = useState('');
  const request = () => ({
    params: { id, eventName },
    body: JSON.parse(text) as unknown,
    ...(reason !== '' && { query: { reason } }),
  });
  const submit = async () => {
    await call('raiseEvent', request());
    say(`${eventName} was sent`);
    onDone();
  };
  const curl = () => {
    try {
      return curlOf(writeCall('raiseEvent', request()));
    } catch {
      return 'The payload is not JSON.';
    }
  };
  return (
    <Dialog
      title={`Send an event to ${id}`}
      submit="Send"
      canSubmit={eventName !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <p class="muted">The first event of a name counts. It may come before the run waits for it.</p>
      <label class="field">
        <span>Name</span>
        <input
          class="input mono"
          maxLength={100}
          required
          value={eventName}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Payload, as JSON</span>
        <textarea
          class="input mono"
          rows={4}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <ReasonField reason={reason} onChange={setReason} />
      <CurlLine text={curl} />
    </Dialog>
  );
}
