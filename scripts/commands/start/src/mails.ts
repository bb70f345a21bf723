import { type MailCatcher, startMailCatcher } from '@tally/mails';

/** The destination of the mails that the apps send. */
export interface MailSystem {
  /** Holds one file per mail. Null: a given server sends the mails. */
  readonly folder: string | null;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Catches mails in a folder, unless the environment names a server that sends them.
 * @param given the environment of all apps
 */
export async function startMails(folder: string, given: Readonly<Record<string, string>>): Promise<MailSystem> {
  if (given['TALLY_SMTP_HOST'] !== undefined) return { folder: null, env: {}, stop: async () => undefined };
  const catcher: MailCatcher = await startMailCatcher({ folder });
  return {
    folder,
    env: {
      TALLY_SMTP_HOST: catcher.host,
      TALLY_SMTP_PORT: String(catcher.port),
      TALLY_MAIL_FROM: 'Tally <tally@tally.example>',
      TALLY_ORDERS_APPROVER: 'approver@tally.example',
    },
    stop: async () => await catcher.stop(),
  };
}
