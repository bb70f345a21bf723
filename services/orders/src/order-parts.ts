import type { StorageConnection } from '@tally/contracts';
import { createFfmpeg, ffmpegSettingsSchema } from '@tally/ffmpeg';
import type { SettingsOf } from '@tally/functions-kit';
import { connectTables } from '@tally/run-store';
import type { OrderParts } from './handlers.ts';
import { mailSettingsOf, mailSettingsSchema } from './mail/mail-settings.ts';
import { createMailer } from './mail/mailer.ts';
import { ORDERS_TABLE } from './save/order-row.ts';

/** What the parts need from the environment. */
export const orderSettings = { mail: mailSettingsSchema, ffmpeg: ffmpegSettingsSchema };

/** The parts as the settings say. Nothing is connected before it is used. */
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

/** Creates the table of orders where that is the app's to do: with an identity the deployment has created it, and the identity may not. */
export async function prepareOrders({ tables }: Pick<OrderParts, 'tables'>): Promise<void> {
  await tables.create([ORDERS_TABLE]);
}
