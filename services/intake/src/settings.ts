import { z } from 'zod';

/** Intake's own settings, beside those of every stage's app. */
export const intakeSettingsSchema = z.object({
  // Durable's useForwardedHost: whether a proxy in front is believed when it says by which name and scheme it
  // was called.
  TALLY_USE_FORWARDED_HOST: z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
    .default(false),
});
