import { appSettingsSchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';

/**
 * What this app reads from its environment. The checks of the deployment validate the settings that it sets
 * against these schemas.
 */
export const settings = [storageIdentitySchema, telemetrySettingsSchema, appSettingsSchema];
