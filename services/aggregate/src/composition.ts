import { registry } from '@tally/chains';
import { composeApp, readAppSettings, runFiles } from '@tally/functions-kit';
import { aggregateSettingsSchema } from './settings.ts';

const settings = readAppSettings({ aggregate: aggregateSettingsSchema }, process.env);

/** The composition root of aggregate. */
export const app = composeApp('aggregate', registry.chains, process.env, { settings, files: runFiles });
export const { retentionMs } = settings.own.aggregate;
