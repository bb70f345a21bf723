import type { RunNode, RunStatusBody } from '@tally/api';
import { useState } from 'preact/hooks';
import { call } from '../../../data/call.ts';
import { versionOf } from '../../../data/chains.ts';
import { mayControl } from '../../../data/session.ts';
import { now } from '../../../parts/clock.ts';
import { duration } from '../../../parts/format.ts';
import { say, sayError } from '../../../parts/toasts.tsx';
import { isLive } from '../../../parts/tones.ts';
import { answersOf } from './answers.ts';

/** What the run waits for from a person, with the answers as buttons. */
export function Waiting({ status, onDone }: { readonly status: RunStatusBody; readonly onDone: () => void }) {
  if (!isLive(status.runtimeStatus)) return null;
  const waiting = status.nodes.filter(({ state, event }) => state === 'waiting' && event !== undefined);
  return (
    <>
      {waiting.map((node) => (
        <WaitingNode key={node.name} node={node} status={status} onDone={onDone} />
      ))}
    </>
  );
}

function WaitingNode({
  node,
  status,
  onDone,
}: {
  readonly node: RunNode;
  readonly status: RunStatusBody;
  readonly onDone: () => void;
}) {
  const { name, event: eventName = '', until } = node;
  const [isBusy, setBusy] = useState(false);
  const declared = versionOf(status.name, status.chainVersion)?.nodes.find((one) => one.name === name);
  const answers = declared === undefined ? [] : answersOf(declared);
  const send = async (word: string, body: string | boolean) => {
    setBusy(true);
    try {
      await call('raiseEvent', { params: { id: status.instanceId, eventName }, body });
      say(`${word}: sent`);
      onDone();
    } catch (error) {
      sayError(error);
    }
    setBusy(false);
  };
  const left = until == null ? '' : `, ${duration(Math.max(0, Date.parse(until) - now.value))} left`;
  return (
    <section class="note wait waiting" aria-label={`${name} waits`}>
      <span>
        <strong>{name}</strong> waits for {eventName}
        {left}
      </span>
      {mayControl.value && (
        <span class="end">
          {answers.map(({ word, payload, isBad }) => (
            <button
              key={word}
              type="button"
              class={isBad ? 'button bad' : 'button main'}
              disabled={isBusy}
              onClick={() => void send(word, payload)}
            >
              {word}
            </button>
          ))}
        </span>
      )}
    </section>
  );
}
