import * as z from 'zod';

/** The longest wait for an approval: one year. */
export const APPROVAL_MAX_MS = 366 * 86_400_000;

const DURATION = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const A_DURATION = 'an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as PT30M';

/** A duration such as `PT30M`, in milliseconds. Years and months have no fixed length and aren't allowed. */
const durationSchema = z
  .string({ error: mustBe(A_DURATION) })
  .max(40, { error: `must be ${A_DURATION}`, abort: true })
  .regex(DURATION, { error: `must be ${A_DURATION}`, abort: true })
  .refine((text) => durationMs(text) >= 1_000, 'must be at least a second')
  .refine((text) => durationMs(text) <= APPROVAL_MAX_MS, 'must be at most 366 days')
  .meta({ format: 'duration' });

/** An approval, as callers ask for it. */
export const approvalFormSchema = z
  .strictObject(
    {
      timeout: durationSchema.describe('How long the run waits, from when all items are done.'),
      onTimeout: z.enum(['fail', 'complete']).default('fail').describe('How it ends without an answer by then.'),
    },
    { error: mustBe('an object like {"timeout": "PT30M"}') },
  )
  .describe('The result waits for an approval: the event `Approval` with `true`, or `{"approved": true}`.')
  .transform(({ timeout, onTimeout }) => ({ timeoutMs: durationMs(timeout), onTimeout }));

function durationMs(text: string): number {
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? [];
  const wholeDays = Number(weeks) * 7 + Number(days);
  return Math.round((((wholeDays * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000);
}

/** A message for a missing value or a wrong type. Other errors have other messages. */
function mustBe(what: string): (issue: z.core.$ZodRawIssue) => string | undefined {
  return ({ code, input }) =>
    code === 'invalid_type' ? `${input === undefined ? 'is missing; ' : ''}must be ${what}` : undefined;
}
