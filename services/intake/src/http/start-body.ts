import {
  APPROVAL_EVENT,
  DEADLINE_MAX_MS,
  durationMs,
  misfitsOf,
  parseGiven,
  type StartOptions,
  startOptionsSchema,
} from '@tally/api';
import type { GatePolicy, RunOptions } from '@tally/run-state';
import { invalidRequest } from './errors.ts';
import { parseJson } from './read-body.ts';

const EXPECTED = 'must be a list of image URLs, or an object with "urls"';

/** A start as the caller wants it. */
export interface Start {
  readonly urls: readonly string[];
  readonly options: RunOptions;
  readonly window: number | undefined;
  /** The body as it came. */
  readonly body: unknown;
}

/**
 * A start's body: a list of image URLs, or an object with `urls` and options.
 * @param maxUrls most URLs a run
 * @param now milliseconds since 1970: a deadline must be ahead
 * @throws ProblemError 400 naming each wrong field and its limit
 */
export function parseStart(text: string, maxUrls: number, now: number): Start {
  if (text.trim() === '') throw invalidRequest([{ field: 'body', message: `is empty; it ${EXPECTED}` }]);
  const json = parseJson(text);
  const body = Array.isArray(json) ? { urls: json } : json;
  if (typeof body !== 'object' || body === null) throw invalidRequest([{ field: 'body', message: EXPECTED }]);
  // Before each URL is looked at: a list that is too long is refused for its length alone.
  if ('urls' in body && Array.isArray(body.urls) && body.urls.length > maxUrls) {
    const message = `has ${body.urls.length} URLs; a run takes at most ${maxUrls}`;
    throw invalidRequest([{ field: 'urls', message, limit: maxUrls }]);
  }
  const parsed = parseGiven(startOptionsSchema, body);
  if (!parsed.success) throw invalidRequest(misfitsOf('', parsed));
  const { urls, window, toleratedFailureCount, toleratedFailurePercentage, deadline, approval } = parsed.data;
  const options = {
    tolerance: { count: toleratedFailureCount, percentage: toleratedFailurePercentage },
    deadline: deadline === undefined ? undefined : instantAhead(deadline, now),
    gate: gateOf(approval),
  };
  return { urls, window, options, body: json };
}

function instantAhead(deadline: string, now: number): number {
  const instant = Date.parse(deadline);
  const latest = now + DEADLINE_MAX_MS;
  if (instant > now && instant <= latest) return instant;
  const [from, to] = [now, latest].map((limit) => new Date(limit).toISOString());
  throw invalidRequest([
    { field: 'deadline', message: `must be ahead, by at most ten years: after ${from}, until ${to}` },
  ]);
}

function gateOf(approval: StartOptions['approval']): GatePolicy | undefined {
  if (approval === undefined) return undefined;
  const { timeout, onTimeout = 'fail' } = approval;
  return { event: APPROVAL_EVENT, timeoutMs: durationMs(timeout), onTimeout };
}
