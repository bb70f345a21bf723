import { faceHappiness, messageSchemasOf } from '@tally/chain';
import { composeApp, readSettings } from '@tally/functions-kit';
import { intakeSettingsSchema } from './settings.ts';

/** The composition root of intake. */
export const app = composeApp('intake', faceHappiness, process.env);
export const { chain } = app;
export const { TALLY_USE_FORWARDED_HOST: useForwardedHost } = readSettings(intakeSettingsSchema, process.env);
export const schemas = messageSchemasOf(chain);
