import { containers } from '@tally/blobs';
import { appSettingsSchema, linkKeySchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { intakeSettingsSchema } from './src/settings.ts';

/**
 * What this app reads from its environment. The checks of the deployment hold the settings that it sets
 * against these schemas.
 */
export const settings = [
  storageIdentitySchema,
  telemetrySettingsSchema,
  appSettingsSchema,
  intakeSettingsSchema,
  linkKeySchema,
];

/** What of the storage account is this app's own: the files of a run go with its purge; people open them, and those that outlive it, by links. */
export const account = { containers: [containers.runs], opens: [containers.library], signsLinks: true };
