import { DateTime } from 'luxon';

/** Longest text that is parsed: an instant in any form is shorter. */
const TEXT_MAX_CHARS = 64;
/**
 * A date of ISO 8601 and, after a `T`, the time: calendar, ordinal and week dates, with and without hyphens.
 * Luxon checks the values.
 */
const ISO =
  /^\d{4}(?:-\d\d-\d\d|\d{4}|-?\d{3}|-W\d\d-\d|W\d{3})(?:T[\d:.,]+(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?$/;

/**
 * Reads an instant in any supported form: ISO 8601 from a date alone to seven digits after the second, or RFC
 * 1123.
 * @param zone of a time without an offset
 * @returns ISO 8601 in UTC with milliseconds, or null when the text is no instant, or names a day that
 * doesn't exist
 */
export function readInstant(text: string, zone: 'utc' | 'local' = 'utc'): string | null {
  if (text.length > TEXT_MAX_CHARS) return null;
  const tidied = tidy(text);
  const readings = ISO.test(tidied)
    ? [DateTime.fromISO(tidied, { zone })]
    : [DateTime.fromHTTP(tidied), DateTime.fromRFC2822(tidied)];
  const at = readings.find(({ isValid }) => isValid)?.toJSDate();
  // An offset can move an instant out of the four-digit years, which ISO 8601 writes without a sign.
  if (at === undefined || at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9_999) return null;
  return at.toISOString();
}

/**
 * Tidies common deviations. A `+` that wasn't encoded in a URL arrives as a space. A year, month, day or hour
 * may lack leading zeros. A space may separate date and time.
 */
function tidy(text: string): string {
  const zoned = text.trim().replace(/(:[\d:.,]+ ?) (\d\d:?\d\d)$/, '$1+$2');
  const [, year = '', month = '', day = '', time] = /^(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ](\d.*))?$/i.exec(zoned) ?? [];
  if (year === '') return zoned.replace(/^([\dW-]+)t/, '$1T').replace(/z$/, 'Z');
  const date = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return time === undefined
    ? date
    : `${date}T${time
        .toUpperCase()
        .replace(/^(\d):/, '0$1:')
        .replace(' ', '')}`;
}
