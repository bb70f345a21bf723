import { containers } from '@tally/blobs';
import { appSettingsSchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { aggregateSettingsSchema } from './src/settings.ts';

/**
 * The settings that this app reads from its environment.
 * The checks of the deployment validate its settings against these schemas.
 */
export const settings = [storageIdentitySchema, telemetrySettingsSchema, appSettingsSchema, aggregateSettingsSchema];

/** The parts of the storage account that belong to this app. A purge deletes the files of its run. */
export const account = { containers: [containers.runs] };
