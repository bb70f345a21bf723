import * as z from 'zod';

const pattern =
  /^(?:(?<days>\d+)\.)?(?<hours>\d{1,2}):(?<minutes>[0-5]?\d)(?::(?<seconds>[0-5]?\d)(?<fraction>\.\d{1,7})?)?$/;

/**
 * A .NET time span as host.json and timer schedules write it: `[d.]hh:mm[:ss[.fffffff]]`. A bare number is
 * refused on purpose: .NET reads `"2"` as two days, which is never intended.
 *
 * @returns milliseconds, or undefined if the text is not a time span
 */
export function parseTimeSpan(text: string): number | undefined {
  const parts = pattern.exec(text.trim())?.groups;
  if (parts === undefined) return undefined;
  const { days = 0, hours = 0, minutes = 0, seconds = 0, fraction = 0 } = parts;
  if (Number(hours) > 23) return undefined;
  const wholeMinutes = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  return wholeMinutes * 60_000 + Math.round((Number(seconds) + Number(fraction)) * 1000);
}

/** A time span in a settings file, as milliseconds. */
export const timeSpanSchema = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms === undefined) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a time span like "00:00:30" or "1.00:00:00"` });
    return z.NEVER;
  }
  return ms;
});
