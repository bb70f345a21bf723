import * as z from 'zod';

/** Intake's own settings, in addition to those of every stage's app. */
export const intakeSettingsSchema = z.object({
  // Durable's useForwardedHost: whether intake believes a proxy in front that says with which name and scheme
  // it was called.
  TALLY_USE_FORWARDED_HOST: z
    .stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
    .default(false),
});
