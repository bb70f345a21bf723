import { registry } from '@tally/chains';
import { composeApp, readSettings, runFiles } from '@tally/functions-kit';
import { aggregateSettingsSchema } from './settings.ts';

/** The composition root of aggregate. */
export const app = composeApp('aggregate', registry.chains, process.env, { files: runFiles });
export const { retentionMs } = readSettings(aggregateSettingsSchema, process.env);
