import type { RunNode, RunStatusBody } from '@tally/api';
import { useState } from 'preact/hooks';
import { versionOf } from '../../../data/chains.ts';
import { mayControl } from '../../../data/session.ts';
import { now } from '../../../parts/clock.ts';
import { duration } from '../../../parts/format.ts';
import { isLive } from '../../../parts/tones.ts';
import { AnswerDialog } from './answer-dialog.tsx';
import { type Answer, answersOf, takesReason } from './answers.ts';

/** The events that the run waits for from a person, with the answers as buttons. */
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
  const [asked, setAsked] = useState<Answer>();
  const declared = versionOf(status.name, status.chainVersion)?.nodes.find((one) => one.name === name);
  const answers = declared === undefined ? [] : answersOf(declared);
  const left = until == null ? '' : `, ${duration(Math.max(0, Date.parse(until) - now.value))} left`;
  return (
    <section class="note wait waiting" aria-label={`${name} waits`}>
      <span>
        <strong>{name}</strong> waits for {eventName}
        {left}
      </span>
      {mayControl.value && (
        <span class="end">
          {answers.map((answer) => (
            <button
              key={answer.word}
              type="button"
              class={answer.isBad ? 'button bad' : 'button main'}
              onClick={() => setAsked(answer)}
            >
              {answer.word}
            </button>
          ))}
        </span>
      )}
      {asked !== undefined && (
        <AnswerDialog
          id={status.instanceId}
          eventName={eventName}
          answer={asked}
          saysWhy={declared !== undefined && takesReason(declared)}
          onDone={onDone}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}
