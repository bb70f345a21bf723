import * as z from 'zod';
import { numberWithin, wholeNumber } from './misfit-words.ts';
import { alwaysChecked, instantSchema, NOT_AN_INSTANT } from './parameters.ts';
import { WINDOW_MAX } from './run-bodies.ts';

/**
 * Longest time from a start to its deadline, in milliseconds: ten years. A restart gives the same time again,
 * so it too must stay within the calendar.
 */
export const DEADLINE_MAX_MS = 3_653 * 24 * 60 * 60 * 1_000;

const window = wholeNumber(1, WINDOW_MAX);
const count = wholeNumber(0);
const percentage = numberWithin(0, 100);
const instant = instantSchema(NOT_AN_INSTANT);

const words = {
  window: 'How many items of a map node may be in work at once: never more, in whole chunks where it holds one.',
  count:
    'A map node fails when more of its items have failed. With this or the percentage given that alone decides; ' +
    'without, a node fails whose items have all failed (`AllItemsFailed`).',
  percentage: 'The same, in percent of all items.',
  deadline:
    'The run fails if it has not ended by then (`DeadlineExceeded`). Must be ahead, by at most ten years. ' +
    'A rewind keeps one that is still ahead; else it gives as much time again, as a restart does.',
};

/** Options of every run, beside the other fields of a body that is an object. */
export const bodyOptions = {
  window: window.optional().describe(words.window),
  toleratedFailureCount: count.optional().describe(words.count),
  toleratedFailurePercentage: percentage.optional().describe(words.percentage),
  deadline: instant.optional().describe(words.deadline),
};

/**
 * The same options in the query. To ignore one that doesn't fit would start another run than was asked for.
 */
export const queryOptions = {
  window: inText(window).describe(words.window),
  toleratedFailureCount: inText(count).describe(words.count),
  toleratedFailurePercentage: inText(percentage).describe(words.percentage),
  deadline: instant.optional().describe(words.deadline),
};
for (const option of Object.values(queryOptions))
  alwaysChecked.add(option, { reason: 'the run would ignore the option' });

export const runOptionsSchema = z.object(bodyOptions);
/** Options of every run; the deadline in ISO 8601, UTC. */
export type RunOptionsGiven = z.output<typeof runOptionsSchema>;

function inText(number: z.ZodNumber) {
  return z
    .string()
    .regex(/^\s*[+-]?\d*\.?\d+\s*$/, 'must be a number')
    .transform(Number)
    .pipe(number)
    .optional();
}
