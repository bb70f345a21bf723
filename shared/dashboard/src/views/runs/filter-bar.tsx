import { useEffect, useState } from 'preact/hooks';
import { chains } from '../../data/chains.ts';
import { Icon } from '../../parts/icons.tsx';
import { toneOfStatus } from '../../parts/tones.ts';
import { changeQuery } from '../../routing/route.ts';
import { type Filter, isFiltered, queryOf, SPANS, STATUSES } from './filter.ts';

/** Delay between the last key and the search. */
const TYPING_MS = 250;

const change = (part: Partial<Filter>) => changeQuery(queryOf(part));

/** The criteria of the search for runs: id, chain, status, time. */
export function FilterBar({ filter }: { readonly filter: Filter }) {
  const { statuses, chain, span, from, to } = filter;
  const toggle = (status: (typeof STATUSES)[number]) =>
    change({
      statuses: statuses.includes(status) ? statuses.filter((one) => one !== status) : [...statuses, status],
    });
  const time = from !== '' || to !== '' ? 'custom' : span;
  return (
    <search class="filters" aria-label="Filter runs">
      <IdInput prefix={filter.prefix} />
      <label>
        <span class="hidden-text">Chain</span>
        <select class="input" value={chain} onChange={(event) => change({ chain: event.currentTarget.value })}>
          <option value="">All chains</option>
          {chains.value.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="chips">
        <legend class="hidden-text">Status</legend>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            class={`chip ${toneOfStatus(status)}`}
            aria-pressed={statuses.includes(status)}
            onClick={() => toggle(status)}
          >
            {status}
          </button>
        ))}
      </fieldset>
      <label>
        <span class="hidden-text">Created</span>
        <select
          class="input"
          value={time}
          onChange={(event) => change({ ...readSpan(event.currentTarget.value), from: '', to: '' })}
        >
          <option value="">Any time</option>
          <option value="1h">Last hour</option>
          <option value="24h">Last 24 hours</option>
          <option value="7d">Last 7 days</option>
          <option value="30d">Last 30 days</option>
          {time === 'custom' && <option value="custom">Between …</option>}
        </select>
      </label>
      {time === 'custom' && (
        <>
          <Instant label="From" value={from} onChange={(value) => change({ from: value })} />
          <Instant label="To" value={to} onChange={(value) => change({ to: value })} />
        </>
      )}
      {isFiltered(filter) && (
        <button
          type="button"
          class="button plain"
          onClick={() => change({ statuses: [], chain: '', prefix: '', span: '', from: '', to: '' })}
        >
          Clear
        </button>
      )}
    </search>
  );
}

function readSpan(text: string): Pick<Filter, 'span'> {
  return { span: Object.keys(SPANS).find((span): span is keyof typeof SPANS => span === text) ?? '' };
}

function IdInput({ prefix }: { readonly prefix: string }) {
  const [text, setText] = useState(prefix);
  useEffect(() => setText(prefix), [prefix]);
  useEffect(() => {
    if (text === prefix) return;
    const timer = setTimeout(() => change({ prefix: text }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="search">
      <span class="hidden-text">Id begins with</span>
      <Icon name="search" />
      <input
        class="input"
        type="search"
        placeholder="Id begins with …"
        maxLength={256}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}

function Instant({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label class="instant">
      <span class="muted">{label}</span>
      <input
        class="input"
        type="datetime-local"
        step="1"
        value={value === '' ? '' : localTime(value)}
        onChange={(event) => {
          const at = Date.parse(event.currentTarget.value);
          onChange(Number.isNaN(at) ? '' : new Date(at).toISOString());
        }}
      />
    </label>
  );
}

/** In the form that the input needs: local time without a zone. */
function localTime(iso: string): string {
  const at = Date.parse(iso);
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
