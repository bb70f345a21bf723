import type { StorageConnection } from '@tally/contracts';
import { createFfmpeg, ffmpegSettingsSchema } from '@tally/ffmpeg';
import { readSettings } from '@tally/functions-kit';
import { connectTables } from '@tally/run-store';
import type { OrderParts } from './handlers.ts';
import { mailSettingsOf, mailSettingsSchema } from './mail/mail-settings.ts';
import { createMailer } from './mail/mailer.ts';
import { ORDERS_TABLE } from './save/order-row.ts';

/**
 * The parts as the environment says. Nothing is connected before it is used.
 * @throws SettingsError naming what is missing or wrong
 */
export function orderPartsOf(connection: StorageConnection, env: NodeJS.ProcessEnv): OrderParts {
  const mail = mailSettingsOf(readSettings(mailSettingsSchema, env));
  const { TALLY_FFMPEG: program } = readSettings(ffmpegSettingsSchema, env);
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
