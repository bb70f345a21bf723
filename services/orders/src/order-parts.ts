import type { StorageConnection } from '@tally/contracts';
import { createFfmpeg, ffmpegSettingsSchema } from '@tally/ffmpeg';
import type { SettingsOf } from '@tally/functions-kit';
import { connectTables } from '@tally/run-store';
import type { OrderParts } from './handlers.ts';
import { mailSettingsOf, mailSettingsSchema } from './mail/mail-settings.ts';
import { createMailer } from './mail/mailer.ts';
import { ORDERS_TABLE } from './save/order-row.ts';

/** The settings that the parts need. */
export const orderSettings = { mail: mailSettingsSchema, ffmpeg: ffmpegSettingsSchema };

/** Creates the parts from the settings. Nothing is connected before it is used. */
export function orderPartsOf(connection: StorageConnection, settings: SettingsOf<typeof orderSettings>): OrderParts {
  const mail = mailSettingsOf(settings.mail);
  const { TALLY_FFMPEG: program } = settings.ffmpeg;
  return {
    tables: connectTables(connection),
    runFfmpeg: createFfmpeg({ program }),
    mailer: createMailer(mail),
    approver: mail.approver,
  };
}

/**
 * Creates the table of orders, if that is the app's job. With an identity, the deployment has created it, and
 * the identity may not create tables.
 */
export async function prepareOrders({ tables }: Pick<OrderParts, 'tables'>): Promise<void> {
  await tables.create([ORDERS_TABLE]);
}
