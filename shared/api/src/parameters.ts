import { RUN_STATUSES, type RunStatus, runIdSchema } from '@tally/contracts';
import { z } from 'zod';

/** Longest reason for what is done to a run: a URL takes no more, and a person reads no more. */
const REASON_MAX_CHARS = 4_000;
/** Longest name of an external event: with its escapes it stays a table key. */
const EVENT_NAME_MAX_CHARS = 100;
/** Longest continuation token: a run id of 256 characters, escaped, and what is around it. */
const TOKEN_MAX_CHARS = 4_000;
/** Longest id of a dead letter: made of a run's id and what is around it. */
const LETTER_ID_MAX_CHARS = 2_000;
/** Longest time that a request may wait, in seconds: a day. What is in front of an app waits four minutes. */
const WAIT_MAX_S = 86_400;

/** Parameters that are never read over: to ignore one would do another thing than was asked for. */
export const alwaysChecked = z.registry<{ readonly reason: string }>();

export function flag(description: string) {
  return z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .describe(description);
}

export function wholeNumber(least: number, most: number, description: string) {
  return z
    .string()
    .regex(/^\s*[+-]?\d+\s*$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .optional()
    .describe(description);
}

export function seconds(description: string) {
  return z
    .string()
    .regex(/^\s*[+-]?\d*\.?\d+\s*$/, 'must be a number of seconds')
    .transform(Number)
    .pipe(z.number().min(0).max(WAIT_MAX_S))
    .optional()
    .describe(description);
}

const INSTANT =
  /^\s*(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+ -]\d{2}:?\d{2})?)?\s*$/i;

/** An instant in UTC, however its writer has put it. A `+` that nobody has encoded arrives as a space. */
function instantSchema(message: string) {
  return z
    .string(message)
    .transform((text, context) => {
      const [, year = '', month = '', day = '', time = '00:00', zone = 'Z'] = INSTANT.exec(text) ?? [];
      const date = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
      const at = Date.parse(`${date}T${time.padStart(5, '0')}${zone.toUpperCase().replace(' ', '+')}`);
      if (!Number.isNaN(at)) return new Date(at).toISOString();
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .pipe(z.iso.datetime());
}

export function instant(description: string) {
  return instantSchema('must be an instant such as 2030-01-01T12:00:00Z').optional().describe(description);
}

/** In the words that clients know. */
export const createdTimeFrom = instantSchema("Please provide value for 'createdTimeFrom' parameter.").describe(
  'Created then or later.',
);
alwaysChecked.add(createdTimeFrom, { reason: 'required' });

/** Statuses with commas between them, or the parameter repeated; names that are none are dropped, as long as one is left. */
export function statuses(description: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .transform((names) => RUN_STATUSES.filter((status): status is RunStatus => names.includes(status)))
    .pipe(z.array(z.enum(RUN_STATUSES)).min(1, `must be of ${RUN_STATUSES.join(', ')}`))
    .optional()
    .describe(description);
}

export const reason = z
  .string()
  .max(REASON_MAX_CHARS, `must have at most ${REASON_MAX_CHARS} characters`)
  .optional()
  .describe('Why: kept in the timeline. The check-status payload has `{text}` in its place.');
alwaysChecked.add(reason, { reason: 'what a person writes must not get lost' });

export const idPrefix = z
  .string()
  .max(256, 'must have at most 256 characters')
  .optional()
  .describe('Only runs whose id begins so.');
alwaysChecked.add(idPrefix, { reason: 'without it all runs would be listed' });

const token = z.string().min(1).max(TOKEN_MAX_CHARS).optional();
export const queryToken = token.describe('The `continuationToken` of the page before.');
alwaysChecked.add(queryToken, { reason: 'without it the first page would come again, for ever' });
export const headerToken = token.describe('The header of the same name that came with the page before.');
alwaysChecked.add(headerToken, { reason: 'without it the first page would come again, for ever' });

export const runId = runIdSchema.describe('Id of the run.');
export const eventName = z
  .string()
  .min(1)
  .max(EVENT_NAME_MAX_CHARS, `an event's name has at most ${EVENT_NAME_MAX_CHARS} characters`)
  .regex(/^[^\p{Zl}\p{Zp}]*$/u, "an event's name must not hold line separators")
  .describe('Name of the event.');
export const letterId = z.string().min(1).max(LETTER_ID_MAX_CHARS).describe('Id of the dead letter.');
