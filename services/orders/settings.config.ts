import { containers } from '@tally/blobs';
import { ffmpegSettingsSchema } from '@tally/ffmpeg';
import {
  appSettingsSchema,
  linkSettingsSchema,
  storageIdentitySchema,
  telemetrySettingsSchema,
} from '@tally/functions-kit';
import { mailSettingsSchema } from './src/mail/mail-settings.ts';
import { ORDERS_TABLE } from './src/save/order-row.ts';

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

/** What of the storage account is this app's own; the deployment makes it, and lets the app in. */
export const account = { tables: [ORDERS_TABLE], containers: [containers.runs], signsLinks: true };
