import type { HistoryEvent } from '@tally/api';
import { isRecord } from './happiness.ts';

/** Deeper nobody puts a file. */
const DEPTH_MAX = 6;

interface MadeFile {
  readonly container: string;
  readonly name: string;
  readonly bytes: number;
}

/** The files that a run has made, as its result and those of its tasks name them. */
export function Files({ output, events }: { readonly output: unknown; readonly events: readonly HistoryEvent[] }) {
  const found = [output, ...events.map((event) => event['Result'])].flatMap((value) => filesIn(value, DEPTH_MAX));
  const files = [...new Map(found.map((file) => [`${file.container}/${file.name}`, file])).values()];
  if (files.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>Files</h2>
      </header>
      <ul class="lines">
        {files.map(({ container, name, bytes }) => (
          <li key={`${container}/${name}`}>
            <strong>{name.split('/').at(-1)}</strong>
            <span class="muted">{size(bytes)}</span>
            <code class="muted wrap">
              {container}/{name}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function filesIn(value: unknown, depth: number): MadeFile[] {
  if (depth === 0) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => filesIn(entry, depth - 1));
  if (!isRecord(value)) return [];
  const { container, name, bytes } = value;
  if (typeof container === 'string' && typeof name === 'string' && typeof bytes === 'number')
    return [{ container, name, bytes }];
  return Object.values(value).flatMap((entry) => filesIn(entry, depth - 1));
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
