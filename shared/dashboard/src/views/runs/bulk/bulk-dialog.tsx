import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../../../data/problems.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { counted, number } from '../../../parts/format.ts';
import { SegmentBar } from '../../../parts/progress.tsx';
import { say } from '../../../parts/toasts.tsx';
import { type Filter, isFiltered } from '../filter.ts';
import { runsPage } from '../list-page.ts';
import { BULK_MAX, type Done, doToAll, type Found, findRuns } from './bulk-run.ts';
import type { BulkVerb } from './bulk-verbs.ts';

const PAGE = 1_000;

/** Counts the runs first, shows the number, and then applies the verb to each. */
export function BulkDialog({
  verb,
  filter,
  now,
  onDone,
  onClose,
}: {
  readonly verb: BulkVerb;
  readonly filter: Filter;
  readonly now: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [found, setFound] = useState<Found>();
  const [isCounted, setCounted] = useState(false);
  const [error, setError] = useState<string>();
  const [done, setDone] = useState<Done>();
  const [reason, setReason] = useState('');
  const control = useRef(new AbortController());
  useEffect(() => {
    const { signal } = control.current;
    const count = async () => {
      try {
        for await (const part of findRuns(verb, (token) => runsPage(filter, now, token, signal, PAGE))) setFound(part);
        setCounted(true);
      } catch (thrown) {
        if (!signal.aborted) setError(messageOf(thrown));
      }
    };
    void count();
    return () => control.current.abort();
  }, []);
  const { ids = [], seen = 0, isAll = false } = found ?? {};
  const submit = async () => {
    const all = await doToAll(ids, (id) => verb.run(id, reason), setDone, control.current.signal);
    const refused = all.refused === 0 ? '' : `, ${number(all.refused)} refused (${all.firstRefusal})`;
    say(`${verb.word}: ${counted(all.accepted, 'run')}${refused}`, all.refused === 0 ? 'good' : 'wait');
    onDone();
  };
  return (
    <Dialog
      title={`${verb.word} ${isCounted ? counted(ids.length, 'run') : 'runs'}?`}
      submit={`${verb.word} ${counted(ids.length, 'run')}`}
      isBad={verb.isBad}
      canSubmit={isCounted && ids.length > 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <p class="muted">{verb.tells}</p>
      <p role="status">
        {isCounted ? '' : 'Counting … '}
        <strong>{number(ids.length)}</strong> of {counted(seen, 'run')}{' '}
        {isFiltered(filter) ? 'that match the filter' : 'in the list, which is not filtered,'} can be controlled so.
        {isCounted && !isAll && ` There are more: ${number(BULK_MAX)} are done at a time, the newest first.`}
      </p>
      {verb.asksReason && (
        <label class="field">
          <span>Why? It is kept in the timeline of each.</span>
          <input
            class="input"
            maxLength={4_000}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
      )}
      {error !== undefined && <p class="note bad">{error}</p>}
      {done !== undefined && (
        <SegmentBar
          label={verb.word}
          total={ids.length}
          segments={[
            { tone: 'good', word: 'accepted', count: done.accepted },
            { tone: 'bad', word: 'refused', count: done.refused },
          ]}
        />
      )}
    </Dialog>
  );
}
