import { RUN_STATUSES, type RunStatus } from '@tally/contracts';
import { InvalidArgumentError } from 'commander';
import { parseAhead, parseInstant } from './local-time.ts';

export function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https URL, such as http://127.0.0.1:7071');
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new InvalidArgumentError('It must be an address without a key; the key goes into TALLY_KEY.');
  }
  return text;
}

/** An integer of at least 1. */
export function parseAmount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}

export function parseTime(text: string): string {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-23, "2026-11-23 09:44", 2026-11-23T09:44:00Z, or 12h or 7d ago.',
  );
}

/** Statuses, separated by commas, in upper or lower case. */
export function parseStatuses(text: string): RunStatus[] {
  return text.split(',').map((name) => {
    const status = RUN_STATUSES.find((known) => known.toLowerCase() === name.trim().toLowerCase());
    if (status !== undefined) return status;
    throw new InvalidArgumentError(`"${name}" is not one of ${RUN_STATUSES.join(', ')}.`);
  });
}

/** A time in the future. */
export function parseDeadline(text: string): string {
  const instant = parseAhead(text);
  if (instant !== null) return instant;
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-23, "2026-11-23 09:44", 2026-11-23T09:44:00Z, or 30m, 12h or 7d from now.',
  );
}

/** A duration, as `30m` or in ISO 8601, `PT30M`. @returns the latter */
export function parseDuration(text: string): string {
  const [, amount, unit = ''] = /^(\d{1,9})(s|m|h|d|w)$/.exec(text) ?? [];
  if (amount !== undefined)
    return /[dw]/.test(unit) ? `P${amount}${unit.toUpperCase()}` : `PT${amount}${unit.toUpperCase()}`;
  if (/^P[\dTWDHMS.]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a duration such as 90s, 30m, 12h, 7d or PT30M.');
}

/** How many failed items are tolerated: a number, `5`, or a percentage, `10%`. */
export type Tolerated = { readonly toleratedFailureCount: number } | { readonly toleratedFailurePercentage: number };

export function parseTolerated(text: string): Tolerated {
  const [, amount, isPercent] = /^(\d{1,9}(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(amount);
  if (amount !== undefined && isPercent === '%' && value <= 100) return { toleratedFailurePercentage: value };
  if (amount !== undefined && isPercent === '' && Number.isInteger(value)) return { toleratedFailureCount: value };
  throw new InvalidArgumentError('It must be a number of items such as 5, or a percentage such as 10%.');
}
