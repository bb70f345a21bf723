import type { DeadLetter } from '@tally/api';
import { useState } from 'preact/hooks';
import { call, writeCall } from '../../data/call.ts';
import { mayControl } from '../../data/session.ts';
import { usePages } from '../../data/use-pages.ts';
import { curlOf } from '../../parts/curl.ts';
import { CurlLine } from '../../parts/curl-line.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Edge } from '../../parts/edge.tsx';
import { Failure } from '../../parts/failure.tsx';
import { say } from '../../parts/toasts.tsx';
import { changeQuery } from '../../routing/route.ts';
import { Letter } from './letter.tsx';

const PAGE = 50;
/** An estimate: letters are closed at first. */
const LETTER_PX = 74;

interface Asked {
  readonly verb: 'redrive' | 'discard';
  readonly letter: DeadLetter;
}

/** Messages and items that could not be processed. They can be read, sent through again, or discarded. */
export function DeadLetters({
  stage,
  stages,
  onDone,
}: {
  readonly stage: string;
  readonly stages: readonly string[];
  readonly onDone: () => void;
}) {
  const [asked, setAsked] = useState<Asked>();
  const [round, setRound] = useState(0);
  const list = usePages<DeadLetter>(`letters:${stage}:${round}`, async (token, signal) => {
    const query = {
      top: PAGE,
      ...(stage !== '' && { stage }),
      ...(token !== null && { continuationToken: token }),
    };
    const { body } = await call('listDeadLetters', { query, signal });
    return { rows: body.deadLetters, token: body.continuationToken };
  });
  const { pages, isBusy, error, more } = list;
  const seen = (direction: 'up' | 'down') => {
    if (!isBusy && error === undefined) void more(direction);
  };
  const done = () => {
    setRound(round + 1);
    onDone();
  };
  return (
    <section class="card" aria-labelledby="letters">
      <header>
        <h2 id="letters">Dead letters</h2>
        <label class="end">
          <span class="hidden-text">Stage</span>
          <select
            class="input"
            value={stage}
            onChange={({ currentTarget }) => changeQuery({ stage: currentTarget.value })}
          >
            <option value="">All stages</option>
            {stages.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </header>
      {error !== undefined && <Failure error={error} retry={() => void more('down')} />}
      <Edge height={pages.before * LETTER_PX} isBusy={isBusy} onSeen={() => seen('up')} />
      <ul class="lines">
        {pages.rows.map((letter) => (
          <Letter
            key={letter.id}
            letter={letter}
            onAsk={mayControl.value ? (verb) => setAsked({ verb, letter }) : undefined}
          />
        ))}
      </ul>
      <Edge key={list.name} height={pages.after * LETTER_PX} isBusy={isBusy} onSeen={() => seen('down')} />
      {pages.isWhole && pages.seen === 0 && <p class="empty">There are none.</p>}
      {asked !== undefined && <LetterDialog asked={asked} onDone={done} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

const TELLS = {
  redrive: 'Its message goes back into its queue. If its items are counted already, the ended run is rewound.',
  discard: 'The letter is deleted. The records of its run do not change.',
};

function LetterDialog({
  asked: { verb, letter },
  onDone,
  onClose,
}: {
  readonly asked: Asked;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const params = { id: letter.id };
  const submit = async () => {
    if (verb === 'discard') {
      await call('discardDeadLetter', { params });
      say('The dead letter is discarded');
    } else {
      const { body } = await call('redriveDeadLetter', { params });
      say(body.outcome === 'sent' ? 'Its message is in its queue again' : 'Its run tries its failed parts again');
    }
    onDone();
  };
  const written = () => writeCall(verb === 'discard' ? 'discardDeadLetter' : 'redriveDeadLetter', { params });
  return (
    <Dialog
      title={verb === 'discard' ? 'Discard this dead letter?' : 'Send it again?'}
      submit={verb === 'discard' ? 'Discard' : 'Redrive'}
      isBad={verb === 'discard'}
      onSubmit={submit}
      onClose={onClose}
    >
      <p class="muted">{TELLS[verb]}</p>
      <p class="wrap">
        {letter.stage}: {letter.reason}
      </p>
      <CurlLine text={() => curlOf(written())} />
    </Dialog>
  );
}
