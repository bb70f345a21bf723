import { useState } from 'preact/hooks';
import { curlOf } from '../../../parts/curl.ts';
import { CurlLine } from '../../../parts/curl-line.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { say } from '../../../parts/toasts.tsx';
import { go } from '../../../routing/route.ts';
import { ReasonField } from './reason-field.tsx';
import type { Verb } from './verbs.ts';

/** Asks for a reason, and carries out the verb. The reason is kept in the timeline. */
export function ControlDialog({
  verb,
  id,
  onDone,
  onClose,
}: {
  readonly verb: Verb;
  readonly id: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const submit = async () => {
    const next = await verb.run(id, reason);
    say(`${verb.word}: accepted`);
    if (next === id) onDone();
    else go(next === null ? ['runs'] : ['runs', next]);
  };
  return (
    <Dialog title={`${verb.word} ${id}?`} submit={verb.word} isBad={verb.isBad} onSubmit={submit} onClose={onClose}>
      <p class="muted">{verb.tells}</p>
      {verb.asksReason && <ReasonField reason={reason} onChange={setReason} />}
      <CurlLine text={() => curlOf(verb.written(id, reason))} />
    </Dialog>
  );
}
