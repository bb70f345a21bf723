import type { RunStatusBody } from '@tally/api';
import { useState } from 'preact/hooks';
import { call, writeCall } from '../../../data/call.ts';
import { curlOf } from '../../../parts/curl.ts';
import { CurlLine } from '../../../parts/curl-line.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { say } from '../../../parts/toasts.tsx';

/** Sets how many items may be in work at once. */
export function WindowDialog({
  status,
  onDone,
  onClose,
}: {
  readonly status: RunStatusBody;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [window, setWindow] = useState(status.window ?? 1);
  const request = { params: { id: status.instanceId }, body: { window } };
  const submit = async () => {
    await call('updateRun', request);
    say('The window is set');
    onDone();
  };
  return (
    <Dialog title="Window" submit="Set" canSubmit={window >= 1} onSubmit={submit} onClose={onClose}>
      <p class="muted">Items in work at once. A wider window applies at once, a narrower one as running work ends.</p>
      <label class="field">
        <span>Items</span>
        <input
          class="input"
          type="number"
          min={1}
          max={1_000_000}
          step={1}
          value={window}
          onInput={(event) => setWindow(Number(event.currentTarget.value))}
        />
      </label>
      <CurlLine text={() => curlOf(writeCall('updateRun', request))} />
    </Dialog>
  );
}
