import { holdsNoSlash, RUN_STATUSES, runIdSchema } from '@tally/contracts';
import * as z from 'zod';
import { readInstant } from './instants.ts';
import { numberWithin, wholeNumber } from './misfit-words.ts';

/** Longest reason for an action on a run: a URL holds no more, and a person reads no more. */
const REASON_MAX_CHARS = 4_000;
/** Longest name of an external event: with its escapes it still fits a table key. */
const EVENT_NAME_MAX_CHARS = 100;
/** Longest continuation token: a run id of 256 characters, escaped, and the rest of the token. */
const TOKEN_MAX_CHARS = 4_000;
/** Longest id of a file: its container and name, escaped. */
const FILE_ID_MAX_CHARS = 4_000;
/** Longest id of a dead letter: it contains a run's id and more. */
const LETTER_ID_MAX_CHARS = 2_000;
/**
 * Longest time that a request may wait, in seconds: a day. The platform in front of an app waits four
 * minutes.
 */
const WAIT_MAX_S = 86_400;

/** Parameters that are never ignored: to ignore one would do something other than was asked for. */
export const alwaysChecked = z.registry<{ readonly reason: string }>();

/**
 * Parameters that are lists with commas between their entries, each with its entry's schema. Where values
 * that don't fit count as absent, an entry that doesn't fit is also left out from a list of others that do.
 */
export const listValued = new WeakMap<z.ZodType, z.ZodType>();

export function flag(description: string) {
  return z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .describe(description);
}

/**
 * The size of a page. A value over the limit means the limit: a page may be short anyway, and contains the
 * token of the next.
 */
export function pageSize(most: number, description: string) {
  return z
    .string()
    .regex(/^\s*[+-]?\d+\s*$/, 'must be a whole number')
    .transform((text) => Math.min(Number(text), most))
    .pipe(wholeNumber(1, most))
    .optional()
    .describe(`${description}; default 100, at most ${most.toLocaleString('en')}: more counts as that.`);
}

export function seconds(description: string) {
  return z
    .string()
    .regex(/^\s*[+-]?\d*\.?\d+\s*$/, 'must be a number of seconds')
    .transform(Number)
    .pipe(numberWithin(0, WAIT_MAX_S))
    .optional()
    .describe(description);
}

export const NOT_AN_INSTANT =
  'must be an instant of ISO 8601 or RFC 1123 on a day that exists, such as 2030-01-01T12:00:00Z';

/** An instant as {@link readInstant} accepts it, in UTC. */
export function instantSchema(message: string) {
  return z
    .string(message)
    .transform((text, context) => {
      const at = readInstant(text);
      if (at !== null) return at;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .pipe(z.iso.datetime());
}

export function instant(description: string) {
  return instantSchema(NOT_AN_INSTANT).optional().describe(description);
}

/** In the words that clients know. */
export const createdTimeFrom = instantSchema("Please provide value for 'createdTimeFrom' parameter.").describe(
  'Created then or later.',
);
alwaysChecked.add(createdTimeFrom, { reason: 'required' });

/** Durable's enum of statuses, from its number -1 on. No run of Tally ever has some of these. */
const DURABLE_STATUSES = [
  'Unknown',
  'Running',
  'Completed',
  'ContinuedAsNew',
  'Failed',
  'Canceled',
  'Terminated',
  'Pending',
  'Suspended',
] as const;

/** A status by its name or its number, as Durable reads it. */
const durableStatus = z.string().transform((text, context) => {
  const status = DURABLE_STATUSES.find((name, place) => name === text || String(place - 1) === text);
  if (status !== undefined) return status;
  context.addIssue({ code: 'custom', message: `must be of ${RUN_STATUSES.join(', ')}` });
  return z.NEVER;
});

/**
 * Statuses with commas between them, or the parameter repeated. Names of Durable's enum that no run ever has
 * select nothing.
 */
export function statuses(description: string) {
  const schema = z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(durableStatus))
    .transform((names) => RUN_STATUSES.filter((status) => names.includes(status)))
    .pipe(z.array(z.enum(RUN_STATUSES)))
    .optional()
    .describe(description);
  listValued.set(schema, durableStatus);
  return schema;
}

export const reason = z
  .string()
  .max(REASON_MAX_CHARS, `must have at most ${REASON_MAX_CHARS} characters`)
  .optional()
  .describe('Why: kept in the timeline. The check-status payload has `{text}` in its place.');
alwaysChecked.add(reason, { reason: 'what a person writes must not be lost' });

export const idPrefix = z
  .string()
  .max(256, 'must have at most 256 characters')
  .optional()
  .describe('Only runs whose id begins with this.');
alwaysChecked.add(idPrefix, { reason: 'without it all runs would be listed' });

/** An empty token counts as none, because some clients ask for the first page that way. */
const token = z
  .string()
  .max(TOKEN_MAX_CHARS)
  .transform((text) => (text === '' ? undefined : text))
  .pipe(z.string().optional())
  .optional();
export const queryToken = token.describe('The `continuationToken` of the page before.');
alwaysChecked.add(queryToken, { reason: 'without it the first page would come again and again' });
/** The header of a list's continuation token, in requests and answers. */
export const TOKEN_HEADER = 'x-ms-continuation-token';

export const headerToken = token.describe('The header of the same name that came with the page before.');
alwaysChecked.add(headerToken, { reason: 'without it the first page would come again and again' });

/** Longest name of a chain or node in a request. */
const NAME_MAX_CHARS = 100;
export const chainName = z
  .string()
  .min(1)
  .max(NAME_MAX_CHARS, `a chain's name has at most ${NAME_MAX_CHARS} characters`)
  .describe('Name of the chain, in any case.');

export const chainFilter = chainName.optional().describe('Only runs of this chain, its name in any case.');
alwaysChecked.add(chainFilter, { reason: 'without it runs of all chains would be listed' });

export const runId = runIdSchema.describe('Id of the run.');
export const nodeName = z
  .string()
  .max(NAME_MAX_CHARS, `a node's name has at most ${NAME_MAX_CHARS} characters`)
  .optional()
  .describe('Name of the map node; default: the only one, or the first.');
alwaysChecked.add(nodeName, { reason: 'the items of another node would be shown' });

export const eventName = z
  .string()
  .min(1)
  .max(EVENT_NAME_MAX_CHARS, `an event's name has at most ${EVENT_NAME_MAX_CHARS} characters`)
  .regex(/^[^\p{Zl}\p{Zp}]*$/u, "an event's name must not hold line separators")
  .refine(holdsNoSlash, 'an event\'s name must not hold "/" or "%2F"')
  .describe('Name of the event.');
export const fileId = z.string().min(1).max(FILE_ID_MAX_CHARS).describe('Of a file in the list.');
export const letterId = z.string().min(1).max(LETTER_ID_MAX_CHARS).describe('Id of the dead letter.');
