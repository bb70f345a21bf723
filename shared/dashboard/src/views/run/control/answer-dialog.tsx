import { useState } from 'preact/hooks';
import { call, type Request, writeCall } from '../../../data/call.ts';
import { curlOf } from '../../../parts/curl.ts';
import { CurlLine } from '../../../parts/curl-line.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { say } from '../../../parts/toasts.tsx';
import type { Answer } from './answers.ts';
import { ReasonField } from './reason-field.tsx';

/** Asks for a reason, and sends the answer that a run waits for. */
export function AnswerDialog({
  id,
  eventName,
  answer: { word, payload, isBad },
  saysWhy,
  onDone,
  onClose,
}: {
  readonly id: string;
  readonly eventName: string;
  readonly answer: Answer;
  /** Whether the event itself may contain the reason. Otherwise it is only in the timeline. */
  readonly saysWhy: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const request = (): Request<'raiseEvent'> => {
    const params = { id, eventName };
    if (reason === '') return { params, body: payload };
    return saysWhy ? { params, body: { approved: payload, reason } } : { params, query: { reason }, body: payload };
  };
  const submit = async () => {
    await call('raiseEvent', request());
    say(`${word}: sent`);
    onDone();
  };
  return (
    <Dialog title={`${word} ${id}?`} submit={word} isBad={isBad} onSubmit={submit} onClose={onClose}>
      <p class="muted">The first answer counts and cannot be changed.</p>
      <ReasonField reason={reason} onChange={setReason} />
      <CurlLine text={() => curlOf(writeCall('raiseEvent', request()))} />
    </Dialog>
  );
}
