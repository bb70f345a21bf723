import { useState } from 'preact/hooks';

/** Entries of a list or an object that are shown at once. */
const AT_ONCE = 100;
/** Maximum number of characters of a text that are shown. */
const TEXT_MAX = 2_000;

/** Any JSON as a tree that opens on demand. Closed parts cost nothing, whatever their size. */
export function JsonView({
  value,
  depth = 2,
  name = null,
}: {
  readonly value: unknown;
  readonly depth?: number;
  readonly name?: string | null;
}) {
  return (
    <div class="json">
      <Value value={value} depth={depth} name={name} />
    </div>
  );
}

interface Shown {
  /** The key of this value in its parent. */
  readonly name: string | null;
  /** Levels that are open at first. */
  readonly depth: number;
}

function Value({ value, ...shown }: Shown & { readonly value: unknown }) {
  if (Array.isArray(value))
    return <Entries entries={value.map((entry: unknown, index) => [String(index), entry])} brackets="[]" {...shown} />;
  if (typeof value === 'object' && value !== null)
    return <Entries entries={Object.entries(value)} brackets="{}" {...shown} />;
  return (
    <>
      <Name name={shown.name} />
      {typeof value === 'string' ? (
        <span class="text">{JSON.stringify(value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value)}</span>
      ) : (
        <span class="literal">{value === undefined ? 'nothing' : JSON.stringify(value)}</span>
      )}
    </>
  );
}

function Name({ name }: Pick<Shown, 'name'>) {
  return name === null ? null : <span class="key">{name}: </span>;
}

function Entries({
  entries,
  brackets,
  name,
  depth,
}: Shown & { readonly entries: readonly (readonly [string, unknown])[]; readonly brackets: '[]' | '{}' }) {
  const [isOpen, setOpen] = useState(depth > 0);
  const [shown, setShown] = useState(AT_ONCE);
  if (entries.length === 0)
    return (
      <>
        <Name name={name} />
        {brackets}
      </>
    );
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Name name={name} />
        {brackets.charAt(0)}
        <span class="muted"> {entries.length} </span>
        {brackets.charAt(1)}
      </summary>
      {isOpen && (
        <ul>
          {entries.slice(0, shown).map(([key, entry]) => (
            <li key={key}>
              <Value value={entry} depth={depth - 1} name={key} />
            </li>
          ))}
          {entries.length > shown && (
            <li>
              <button type="button" class="button plain small" onClick={() => setShown(shown + AT_ONCE)}>
                {entries.length - shown} more
              </button>
            </li>
          )}
        </ul>
      )}
    </details>
  );
}
