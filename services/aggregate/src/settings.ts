import * as z from 'zod';

const DAY_MS = 86_400_000;

/** Settings that only aggregate has. */
export const aggregateSettingsSchema = z
  .object({
    // At least one day: the day that is being listed is never deleted. A century is as good as never.
    TALLY_RETENTION_DAYS: z.coerce
      .number('must be a number of days')
      .min(1, 'must be at least 1')
      .max(36_500, 'must be at most 36500')
      .optional(),
  })
  .transform(({ TALLY_RETENTION_DAYS: days }) => ({ retentionMs: days === undefined ? undefined : days * DAY_MS }));
