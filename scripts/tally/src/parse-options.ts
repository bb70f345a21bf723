import { RUN_STATUSES, type RunStatus } from '@tally/contracts';
import { InvalidArgumentError } from 'commander';
import { parseInstant } from './local-time.ts';

export function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https URL, such as http://127.0.0.1:7071');
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new InvalidArgumentError('It must be an address alone; a key goes into TALLY_KEY.');
  }
  return text;
}

/** A whole number from 1. */
export function parseAmount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}

export function parseTime(text: string): string {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  throw new InvalidArgumentError(
    'It must be a time such as 2026-11-23, "2026-11-23 09:44", 2026-11-23T09:44:00Z, or 12h or 7d for so long ago.',
  );
}

/** Statuses with commas between them, in any case. */
export function parseStatuses(text: string): RunStatus[] {
  return text.split(',').map((name) => {
    const status = RUN_STATUSES.find((known) => known.toLowerCase() === name.trim().toLowerCase());
    if (status !== undefined) return status;
    throw new InvalidArgumentError(`"${name}" is none of ${RUN_STATUSES.join(', ')}.`);
  });
}
