import { ffmpegSettingsSchema } from '@tally/ffmpeg';
import {
  appSettingsSchema,
  linkSettingsSchema,
  storageIdentitySchema,
  telemetrySettingsSchema,
} from '@tally/functions-kit';
import { mailSettingsSchema } from './src/mail/mail-settings.ts';

/**
 * What this app reads from its environment. The checks of the deployment hold the settings that it sets against these schemas.
 */
export const settings = [
  storageIdentitySchema,
  telemetrySettingsSchema,
  appSettingsSchema,
  linkSettingsSchema,
  mailSettingsSchema,
  ffmpegSettingsSchema,
];
