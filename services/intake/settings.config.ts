import { containers } from '@tally/blobs';
import { appSettingsSchema, linkKeySchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { intakeSettingsSchema } from './src/settings.ts';

/**
 * The settings that this app reads from its environment.
 * The checks of the deployment validate its settings against these schemas.
 */
export const settings = [
  storageIdentitySchema,
  telemetrySettingsSchema,
  appSettingsSchema,
  intakeSettingsSchema,
  linkKeySchema,
];

/**
 * The parts of the storage account that belong to this app. A purge deletes the files of its run. People open
 * those files, and those that outlive the run, by links.
 */
export const account = { containers: [containers.runs], opens: [containers.library], signsLinks: true };
