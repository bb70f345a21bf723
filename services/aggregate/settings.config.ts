import { containers } from '@tally/blobs';
import { appSettingsSchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { aggregateSettingsSchema } from './src/settings.ts';

/**
 * What this app reads from its environment. The checks of the deployment hold the settings that it sets against these schemas.
 */
export const settings = [storageIdentitySchema, telemetrySettingsSchema, appSettingsSchema, aggregateSettingsSchema];

/** What of the storage account is this app's own: the files of a run go with its purge. */
export const account = { containers: [containers.runs] };
