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
 * The settings that this app reads from its environment.
 * The checks of the deployment validate its settings against these schemas.
 */
export const settings = [
  storageIdentitySchema,
  telemetrySettingsSchema,
  appSettingsSchema,
  linkSettingsSchema,
  mailSettingsSchema,
  ffmpegSettingsSchema,
];

/**
 * The parts of the storage account that belong to this app. The deployment creates them and gives the app
 * access.
 */
export const account = { tables: [ORDERS_TABLE], containers: [containers.runs], signsLinks: true };
