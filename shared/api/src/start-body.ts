import { imageUrlSchema } from '@tally/chain';
import { z } from 'zod';
import { exampleOf, numberWithin, wholeNumber } from './misfit-words.ts';
import { instantSchema, NOT_AN_INSTANT } from './parameters.ts';
import { WINDOW_MAX } from './run-bodies.ts';

/** Most bytes of a start's body. Two hundred thousand URLs of common length are about 20 MB; the platform allows 100. */
export const START_MAX_BYTES = 32 * 1024 * 1024;

/** Longest wait for an approval, in seconds: a year. */
const APPROVAL_MAX_S = 366 * 24 * 60 * 60;

const DURATION = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

const A_DURATION = 'an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as PT30M';

/** A duration such as `PT30M`. Years and months have no length of their own and are no part of it. */
export const durationSchema = z
  .string({ error: exampleOf(A_DURATION) })
  .max(40, { error: `must be ${A_DURATION}`, abort: true })
  .regex(DURATION, { error: `must be ${A_DURATION}`, abort: true })
  .refine((text) => durationMs(text) >= 1_000, 'must be at least a second')
  .refine((text) => durationMs(text) <= APPROVAL_MAX_S * 1_000, 'must be at most 366 days')
  .meta({ format: 'duration' });

/** @param text as {@link durationSchema} takes it */
export function durationMs(text: string): number {
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  const wholeDays = Number(weeks) * 7 + Number(days);
  return (((wholeDays * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

/** Longest time from a start to its deadline, in milliseconds: ten years. A restart gives it again, so it must not lead out of the calendar either. */
export const DEADLINE_MAX_MS = 3_653 * 24 * 60 * 60 * 1_000;

/** The name of the event that a run with `approval` waits for. */
export const APPROVAL_EVENT = 'Approval';

export const approvalSchema = z
  .strictObject(
    {
      timeout: durationSchema.describe('How long the run waits, from when all items are done.'),
      onTimeout: z.enum(['fail', 'complete']).default('fail').describe('How it ends if nobody has answered by then.'),
    },
    { error: exampleOf('an object like {"timeout": "PT30M"}') },
  )
  .describe('The result waits for somebody who says yes: the event `Approval` with `true`, or `{"approved": true}`.');

export const startOptionsSchema = z
  .strictObject({
    urls: z.array(imageUrlSchema).min(1, 'at least one image URL is needed'),
    window: wholeNumber(1, WINDOW_MAX)
      .optional()
      .describe('How many images may be in work at once: never more, in whole chunks where it holds one.'),
    toleratedFailureCount: wholeNumber(0)
      .optional()
      .describe(
        'The run fails when more items have failed. With this or the percentage given that alone decides; ' +
          'without, a run fails whose items have all failed (`AllItemsFailed`).',
      ),
    toleratedFailurePercentage: numberWithin(0, 100).optional().describe('The same, in percent of all items.'),
    deadline: instantSchema(NOT_AN_INSTANT)
      .optional()
      .describe(
        'The run fails if it has not ended by then (`DeadlineExceeded`). Must be ahead, by at most ten years. ' +
          'A rewind keeps one that is still ahead; else it gives as much time again, as a restart does.',
      ),
    approval: approvalSchema.optional(),
  })
  .describe('Image URLs and how to go about them.');
export type StartOptions = z.input<typeof startOptionsSchema>;

export const startBodySchema = z
  .union([z.array(imageUrlSchema).min(1), startOptionsSchema])
  .describe('A list of image URLs, or an object with `urls` and options.');
export type StartBody = z.input<typeof startBodySchema>;
