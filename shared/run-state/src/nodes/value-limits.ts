import { type Json, jsonDepth } from '@tally/contracts';

/** Most characters of an input, a result or an output, as JSON. */
export const VALUE_MAX_CHARS = 65_536;

/** A message stays hidden for at most seven days. The watchdog looks too, and needs no message. */
const HIDDEN_MAX_MS = 7 * 86_400_000;

/** How late something may be beyond its time: the way through the queue, a pause of the host. */
export const SLACK_MS = 60_000;

/** The last instant that a `Date` can hold, in milliseconds since 1970. */
export const LAST_INSTANT_MS = 8.64e15;

/** How long a message that must come after a delay can stay hidden, in milliseconds. */
export function hiddenMs(delayMs: number): number {
  return Math.min(HIDDEN_MAX_MS, Math.max(0, delayMs));
}

/**
 * A transaction holds 4 MiB; a mebibyte is left for the run row and for what JSON adds. In characters, each
 * of which may take three bytes.
 */
export const WRITTEN_MAX_CHARS = 1_000_000;

/** Lists and objects inside one another. A row takes a few more, for what is put around a value. */
const DEPTH_MAX = 100;

/**
 * Why JSON can't keep a value as it is, or it can't be read again; null: it can. A chain's function, or a
 * handler, may give anything.
 */
export function faultIn(value: unknown): string | null {
  try {
    const text: unknown = JSON.stringify(value, finite);
    if (typeof text !== 'string') return 'it is not a JSON value';
    return jsonDepth(text) > DEPTH_MAX ? `lists and objects are nested more than ${DEPTH_MAX} deep` : null;
  } catch (error) {
    return `it is not a JSON value: ${String(error)}`;
  }
}

/** JSON would write null in its place. */
function finite(_name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`the number ${value}`);
  return value;
}

/** Says that a value is more than a row, or the transaction, holds. */
export function sizeMessage(what: string, value: Json): string {
  const { length } = JSON.stringify(value);
  return `${what} takes ${length} characters as JSON; at most ${VALUE_MAX_CHARS}, and a million together with all that is written with it`;
}
