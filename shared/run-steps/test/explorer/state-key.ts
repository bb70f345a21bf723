import { createHash } from 'node:crypto';
import type { StoredRow } from '@tally/run-store';
import type { Model } from './model.ts';
import type { Entry } from './process.ts';
import type { ProcessState, State } from './state.ts';

/**
 * What tells states apart. Names that are given in the order of events (tokens, versions, message numbers)
 * only say which of them are the same. So they are renamed in the order in which they are met.
 */
export function keyOf(model: Model, state: State): string {
  const parts = [
    ...state.world.tables.names().flatMap((table) => sorted(state.world.tables.rows(table).map(rowText), table)),
    ...model.system.queues.flatMap(({ name }) => sorted(messageTexts(state, name), name)),
    ...sorted(state.processes.map(processText), 'processes'),
    ...sorted(
      [...state.world.past].map(([place, row]) => `${place} was ${rowText(row)}`),
      'past',
    ),
    JSON.stringify([state.left, state.world.clock, [...state.world.sent]]),
    model.configuration.budgets['delay'] === undefined ? '' : lastText(state),
  ];
  return createHash('sha1')
    .update(renamed(parts.join('\n')))
    .digest('base64');
}

/** Tokens, ETags and the numbers of messages and receipts, also inside JSON. */
const NAMES = /p\d+n\d+|W\/\\*"\d+\\*"|(?:message|receipt)-\d+/g;

/**
 * A run's own time goes on by a millisecond with each write. No step depends on how many writes there were.
 */
const MILLISECONDS = /\.\d{3}Z/;
const NAMES_AND_TIMES = new RegExp(`${NAMES.source}|${MILLISECONDS.source}`, 'g');

function renamed(text: string): string {
  const names = new Map<string, string>();
  return text.replace(NAMES_AND_TIMES, (met) => {
    if (met.startsWith('.')) return 'Z';
    // It is the same however often it is quoted.
    const name = met.replaceAll('\\', '');
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  });
}

/** Sorted in an order that doesn't depend on such names. */
function sorted(texts: readonly string[], of: string): string[] {
  const masked = texts.map((text) => [text.replace(NAMES_AND_TIMES, '#'), text] as const);
  return [`= ${of}`, ...masked.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, text]) => text)];
}

const rowTexts = new WeakMap<StoredRow, string>();
function rowText(row: StoredRow): string {
  const known = rowTexts.get(row);
  if (known !== undefined) return known;
  const text = JSON.stringify(row);
  rowTexts.set(row, text);
  return text;
}

const entryTexts = new WeakMap<Entry, string>();
function entryText(entry: Entry): string {
  const known = entryTexts.get(entry);
  if (known !== undefined) return known;
  const isError = entry.kind === 'answer' && entry.answer.kind === 'error';
  const text = isError ? JSON.stringify([entry.call, String(entry.answer.error), entry.now]) : JSON.stringify(entry);
  entryTexts.set(entry, text);
  return text;
}

function processText({ role, aheadMs, isStale, isAlone, journal, tasks }: ProcessState): string {
  const over = tasks.map(({ outcome }) => (outcome === null ? null : String(outcome.error)));
  return [role, aheadMs, isStale, isAlone, ...over, ...journal.map(entryText)].join(' ');
}

function messageTexts({ world }: State, queue: string): string[] {
  return world.queues.messages(queue).map(({ text, insertedAt, visibleAt, dequeueCount }) => {
    const visible = visibleAt <= world.clock ? 'visible' : visibleAt;
    return `${text} ${insertedAt} ${visible} ${dequeueCount}`;
  });
}

/** Where delays are counted, it matters which process would go on by itself. */
function lastText({ processes, last }: State): string {
  const place = processes.find(({ id }) => id === last);
  return place === undefined ? '' : processText(place);
}
