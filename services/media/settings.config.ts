import { containers } from '@tally/blobs';
import { appSettingsSchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { mediaTables } from './src/database/media-tables.ts';
import { mediaSettingsSchema } from './src/settings.ts';

/**
 * What this app reads from its environment. The checks of the deployment hold the settings that it sets against these schemas.
 */
export const settings = [storageIdentitySchema, telemetrySettingsSchema, appSettingsSchema, mediaSettingsSchema];

/** What of the storage account is this app's own; the deployment makes it, and lets the app in. */
export const account = { tables: Object.values(mediaTables), containers: Object.values(containers) };
