import * as z from 'zod';

/** A length of time as people write it: `'90s'`, `'30m'`, `'1.5h'`. A misspelt unit doesn't compile. */
export type Duration = `${number}${keyof typeof UNITS}`;

/** Milliseconds per unit. */
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

const MUST_BE = 'must be a number and one of ms, s, m, h and d, such as 90s or 1.5h';

/** A duration from outside, such as an option of a run. */
export const durationSchema = z
  .templateLiteral([z.number().min(0), z.enum(['ms', 's', 'm', 'h', 'd'])], { error: MUST_BE })
  .refine((text) => PATTERN.test(text), MUST_BE);

/**
 * The length of a duration in whole milliseconds.
 * @throws RangeError if it is no duration: a negative number, an exponent, a blank (the type allows those)
 */
export function durationMs(text: Duration): number {
  const [, amount, unit] = PATTERN.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) {
    throw new RangeError(`"${text}" is no duration: write a number and one of ms, s, m, h and d, such as 90s or 1.5h`);
  }
  const ms = Math.round(Number(amount) * UNITS[unit]);
  if (!Number.isSafeInteger(ms)) throw new RangeError(`"${text}" is longer than a number of milliseconds can say`);
  return ms;
}

/**
 * Whether a duration is within bounds, in milliseconds. A text that is no duration, or longer than a number
 * can express, isn't.
 */
export function isDurationWithin(text: Duration, leastMs: number, mostMs: number): boolean {
  try {
    const ms = durationMs(text);
    return ms >= leastMs && ms <= mostMs;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A length of time in the largest unit that gives a whole number. */
export function durationText(ms: number): Duration {
  if (ms > 0 && ms % UNITS.d === 0) return `${ms / UNITS.d}d`;
  if (ms > 0 && ms % UNITS.h === 0) return `${ms / UNITS.h}h`;
  if (ms > 0 && ms % UNITS.m === 0) return `${ms / UNITS.m}m`;
  return ms % UNITS.s === 0 ? `${ms / UNITS.s}s` : `${ms}ms`;
}

function isUnit(text: string | undefined): text is keyof typeof UNITS {
  return text !== undefined && text in UNITS;
}
