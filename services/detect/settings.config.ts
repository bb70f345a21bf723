import { appSettingsSchema, storageIdentitySchema, telemetrySettingsSchema } from '@tally/functions-kit';
import { faceSettingsSchema } from './src/face/face-settings.ts';

/**
 * The settings that this app reads from its environment.
 * The checks of the deployment validate its settings against these schemas.
 */
export const settings = [storageIdentitySchema, telemetrySettingsSchema, appSettingsSchema, faceSettingsSchema];
