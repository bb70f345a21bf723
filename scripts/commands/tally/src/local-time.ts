import { readInstant } from '@tally/api';

/** An instant in local time: `2026-11-23 09:44:35`. */
export function localTime(instant: string): string {
  const at = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const SPAN = /^(\d+)(m|h|d|w)$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Reads an instant: `2026-11-23` or `2026-11-23 09:44` in local time, an instant with `Z` or an offset, or a
 * span such as `12h` and `7d`, which lies in the past.
 * @returns ISO 8601 in UTC, or null if the text is no instant
 */
export function parseInstant(text: string, now = Date.now()): string | null {
  const ms = spanMs(text);
  return ms === null ? readInstant(text, 'local') : isoOf(now - ms);
}

/** The same for an instant in the future: `12h` and `7d` are counted from now. */
export function parseAhead(text: string, now = Date.now()): string | null {
  const ms = spanMs(text);
  return ms === null ? readInstant(text, 'local') : isoOf(now + ms);
}

function spanMs(text: string): number | null {
  const [, amount, unit = ''] = SPAN.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
}

function isoOf(at: number): string | null {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The time that something takes, or still has to take: `0:03`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
