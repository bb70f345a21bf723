import { registry } from '@tally/chains';
import { composeApp, linkKeySchema, readAppSettings, runFiles } from '@tally/functions-kit';
import { intakeSettingsSchema } from './settings.ts';

const settings = readAppSettings({ intake: intakeSettingsSchema, links: linkKeySchema }, process.env);

/** The composition root of intake. */
export const app = composeApp('intake', registry.chains, process.env, { settings, files: runFiles });
export const { TALLY_USE_FORWARDED_HOST: useForwardedHost } = settings.own.intake;
export const { TALLY_LINK_KEY: linkKey } = settings.own.links;
