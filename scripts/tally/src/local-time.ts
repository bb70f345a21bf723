import { readInstant } from '@tally/api';

/** An instant as clocks here show it: `2026-11-23 09:44:35`. */
export function localTime(instant: string): string {
  const at = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const AGO = /^(\d+)(m|h|d|w)$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * The instant that somebody has meant: `2026-11-23`, `2026-11-23 09:44` by the clocks here, an instant with `Z` or an offset, or `12h` and `7d` for so long ago.
 * @returns ISO 8601 in UTC, or null where it can't be told
 */
export function parseInstant(text: string, now = Date.now()): string | null {
  const [, amount, unit = ''] = AGO.exec(text) ?? [];
  if (amount !== undefined) return isoOf(now - Number(amount) * (UNIT_MS[unit] ?? Number.NaN));
  return readInstant(text, 'local');
}

function isoOf(at: number): string | null {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
