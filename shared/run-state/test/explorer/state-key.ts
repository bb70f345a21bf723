import { hash } from 'node:crypto';
import type { Run } from '../../src/index.ts';
import type { ShardRows, State } from './state.ts';

/** Tokens and versions are random in the product; here they begin with this, and only which of them are equal matters. */
const TOKEN = /#[\d.]+/g;

/** Rows, messages and walkers are shared between states, and so are their texts. */
const texts = new WeakMap<object, string>();

function textOf(part: object | null): string {
  if (part === null) return '-';
  const known = texts.get(part);
  if (known !== undefined) return known;
  const text = JSON.stringify(part, (_, value: unknown) => (isRun(value) ? runText(value) : value));
  texts.set(part, text);
  return text;
}

function isRun(value: unknown): value is Run {
  return typeof value === 'object' && value !== null && 'reopenEpoch' in value;
}

/** What of a run row ever differs. Instants don't: time is in the schedule's hands. */
export function runText(run: Run | null): string {
  if (run === null) return '-';
  const known = texts.get(run);
  if (known !== undefined) return known;
  const { gen, epoch, reopenEpoch, counted, status, total, window } = run;
  const gate = 'gate' in run ? { ...run.gate, until: 0 } : null;
  const ending = 'housed' in run ? [run.housed, 'error' in run ? run.error.code : ''] : null;
  const text = JSON.stringify([gen, epoch, reopenEpoch, counted, status, total, window, gate, ending]);
  texts.set(run, text);
  return text;
}

function rowsText({ ledger, chunks }: ShardRows): string {
  const { open, owed, todo, epoch, closed, succeeded, failed, failures, fold } = ledger;
  const claims = open.map(({ chunk, sends, by, items, notBefore }) => [
    ...[chunk, sends, by],
    ...[items ?? null, notBefore !== undefined],
  ]);
  const rows = chunks.map(({ attempts, outcomes }) => [
    attempts,
    outcomes.map((outcome) => (outcome?.status === 'failed' ? outcome.error.code : (outcome?.status ?? ''))),
  ]);
  return JSON.stringify([epoch, closed, todo, claims, owed, succeeded, failed, failures, fold, rows]);
}

function cachedRowsText(rows: ShardRows): string {
  const known = texts.get(rows);
  if (known !== undefined) return known;
  const text = rowsText(rows);
  texts.set(rows, text);
  return text;
}

/**
 * A short text that two states share exactly if nobody could ever tell them apart: the order of messages and walkers doesn't matter, and of tokens
 * only which are the same. (Where two messages differ in nothing but their tokens, two keys may stand for one state: more work, no error.)
 */
export function keyOf(state: State): string {
  const { run, past, markers, live, event, isLate, isOver, left, sent } = state;
  const shards = Object.entries(state.shards).map(([name, rows]) => `${name}${cachedRowsText(rows)}`);
  const rows = shards.join('|');
  const moving = [...state.messages.map(textOf), ...state.walkers.map(textOf)];
  const places = claimPlaces(rows);
  const order = moving.map((text) => ({
    text,
    rank: text.replace(TOKEN, (token) => `#${places.get(token) ?? ''}`),
  }));
  order.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const whole = [
    ...[
      runText(run),
      runText(past),
      textOf(markers),
      textOf(state.letters),
      state.version,
      live === null ? '-' : `${live.version} ${live.forStart}`,
    ],
    ...[textOf(event), isLate, isOver, JSON.stringify(left), sent.work, sent.collect],
    ...order.map(({ text }) => text),
    rows,
  ].join('\n');
  return hash('md5', renamed(whole), 'base64');
}

/** Where in the claims a token stands: sorts messages that differ in their tokens only. */
function claimPlaces(rows: string): Map<string, string> {
  const places = new Map<string, string>();
  let place = 0;
  for (const [token] of rows.matchAll(TOKEN)) {
    place += 1;
    places.set(token, `${places.get(token) ?? ''}@${place}`);
  }
  return places;
}

/** Tokens by the order in which they come; a token that stands alone is nobody's, whatever it is. */
function renamed(text: string): string {
  const counts = new Map<string, number>();
  for (const [token] of text.matchAll(TOKEN)) counts.set(token, (counts.get(token) ?? 0) + 1);
  const names = new Map<string, string>();
  return text.replace(TOKEN, (token) => {
    if (counts.get(token) === 1) return '#';
    const known = names.get(token);
    if (known !== undefined) return known;
    const name = `#${names.size}`;
    names.set(token, name);
    return name;
  });
}
