import { faceHappiness, messageSchemasOf } from '@tally/chain';
import { composeApp, readSettings } from '@tally/functions-kit';
import { aggregateSettingsSchema } from './settings.ts';

/** The composition root of aggregate. */
export const app = composeApp('aggregate', faceHappiness, process.env);
export const { chain } = app;
export const schemas = messageSchemasOf(chain);
export const { retentionMs } = readSettings(aggregateSettingsSchema, process.env);
