import { containers } from '@tally/blobs';
import { appSettingsSchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { mediaTables } from './src/database/media-tables.ts';
import { mediaSettingsSchema } from './src/settings.ts';

/**
 * The settings that this app reads from its environment.
 * The checks of the deployment validate its settings against these schemas.
 */
export const settings = [storageIdentitySchema, telemetrySettingsSchema, appSettingsSchema, mediaSettingsSchema];

/**
 * The parts of the storage account that belong to this app. The deployment creates them and gives the app
 * access.
 */
export const account = { tables: Object.values(mediaTables), containers: Object.values(containers) };
