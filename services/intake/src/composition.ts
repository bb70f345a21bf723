import { registry } from '@tally/chains';
import { composeApp, linkKeySchema, readSettings, runFiles } from '@tally/functions-kit';
import { intakeSettingsSchema } from './settings.ts';

/** The composition root of intake. */
export const app = composeApp('intake', registry.chains, process.env, { files: runFiles });
export const { TALLY_USE_FORWARDED_HOST: useForwardedHost } = readSettings(intakeSettingsSchema, process.env);
export const { TALLY_LINK_KEY: linkKey } = readSettings(linkKeySchema, process.env);
