import { useState } from 'preact/hooks';
import { call } from '../../data/call.ts';
import { chains, versionOf } from '../../data/chains.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { go } from '../../routing/route.ts';
import { readInput, SHOWN_MAX_BYTES } from './start-input.ts';

/**
 * Starts a run of a chain. Its input is pasted or comes from a file. It also offers the options of every run.
 */
export function StartDialog({ onClose }: { readonly onClose: () => void }) {
  const known = chains.value;
  const [chain, setChain] = useState(known.find(({ isDefault }) => isDefault)?.name ?? known[0]?.name ?? '');
  const [text, setText] = useState('');
  const [file, setFile] = useState<File>();
  const [isSchemaShown, setSchemaShown] = useState(false);
  const [id, setId] = useState('');
  const [options, setOptions] = useState<Options>({ window: '', failures: '', percentage: '', deadline: '' });
  const submit = async () => {
    const body = readInput(file === undefined ? text : await file.text());
    const query = queryOf(options);
    const { body: started } =
      id === ''
        ? await call('startChainRun', { params: { chain }, query, body })
        : await call('startChainRunAs', { params: { chain, id }, query, body });
    go(['runs', idOf(started) ?? id]);
  };
  const take = async (chosen: File | undefined) => {
    setFile(undefined);
    if (chosen === undefined) return;
    if (chosen.size > SHOWN_MAX_BYTES) setFile(chosen);
    else setText(await chosen.text());
  };
  return (
    <Dialog title="Start a run" submit="Start" canSubmit={chain !== ''} onSubmit={submit} onClose={onClose}>
      <label class="field">
        <span>Chain</span>
        <select class="input" value={chain} onChange={(event) => setChain(event.currentTarget.value)}>
          {known.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Input: JSON, or addresses with a line for each</span>
        <textarea
          class="input mono"
          rows={8}
          spellcheck={false}
          disabled={file !== undefined}
          value={file === undefined ? text : `${file.name}: ${file.size} bytes`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>or from a file</span>
        <input
          type="file"
          accept=".json,.txt,application/json,text/plain"
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
      </label>
      <details onToggle={({ currentTarget }) => setSchemaShown(currentTarget.open)}>
        <summary>What {chain} takes</summary>
        {isSchemaShown && (
          <div class="schema">
            <JsonView value={versionOf(chain)?.body} depth={3} />
          </div>
        )}
      </details>
      <details>
        <summary>Options</summary>
        <div class="options">
          <label class="field">
            <span>Id (default: a new one)</span>
            <input class="input mono" value={id} onInput={(event) => setId(event.currentTarget.value)} />
          </label>
          <Option name="window" label="Items in work at once" type="number" options={options} onChange={setOptions} />
          <Option
            name="failures"
            label="Failures that are tolerated"
            type="number"
            options={options}
            onChange={setOptions}
          />
          <Option name="percentage" label="… or percent of all" type="number" options={options} onChange={setOptions} />
          <Option
            name="deadline"
            label="Must end before"
            type="datetime-local"
            options={options}
            onChange={setOptions}
          />
        </div>
      </details>
    </Dialog>
  );
}

type Options = Readonly<Record<'window' | 'failures' | 'percentage' | 'deadline', string>>;

function Option({
  name,
  label,
  type,
  options,
  onChange,
}: {
  readonly name: keyof Options;
  readonly label: string;
  readonly type: 'number' | 'datetime-local';
  readonly options: Options;
  readonly onChange: (options: Options) => void;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        type={type}
        min={type === 'number' ? 0 : undefined}
        step={type === 'number' ? 'any' : undefined}
        value={options[name]}
        onInput={(event) => onChange({ ...options, [name]: event.currentTarget.value })}
      />
    </label>
  );
}

function queryOf({ window, failures, percentage, deadline }: Options) {
  return {
    ...(window !== '' && { window: Number(window) }),
    ...(failures !== '' && { toleratedFailureCount: Number(failures) }),
    ...(percentage !== '' && { toleratedFailurePercentage: Number(percentage) }),
    ...(deadline !== '' && { deadline: new Date(deadline).toISOString() }),
  };
}

function idOf(started: unknown): string | undefined {
  return typeof started === 'object' && started !== null && 'id' in started && typeof started.id === 'string'
    ? started.id
    : undefined;
}
