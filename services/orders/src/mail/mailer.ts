import { createHash } from 'node:crypto';
import { FatalError } from '@tally/chain';
import nodemailer from 'nodemailer';
import { htmlOf, type Mail, textOf } from './mail.ts';
import type { MailSettings } from './mail-settings.ts';

/** A server that is silent for this long counts as gone. Together the limits stay below a try's minute. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;

export interface Mailer {
  /**
   * Sends one mail.
   * @param key of the work that sends it: the same mail always has the same Message-ID, by which mail
   * programs and people recognise a repeat
   * @returns the Message-ID
   * @throws FatalError `MailRefused` when the server refuses this mail permanently; other errors may pass
   */
  send(mail: Mail, key: string): Promise<string>;
}

export function createMailer({ host, port, security, login, from }: MailSettings): Mailer {
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    // Mails consist of strings only. Nothing in them names a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (mail, key) => {
      const messageId = messageIdOf(key, from);
      const { name = '', address } = mail.to;
      const content = { subject: mail.subject, text: textOf(mail), html: htmlOf(mail) };
      try {
        await transport.sendMail({ from, to: { name, address }, messageId, ...content });
      } catch (error) {
        throw isRefusedForGood(error) ? refusal(error) : error;
      }
      return messageId;
    },
  };
}

/** `<…@domain of the sender>`. The key is hashed, because it may contain characters that an id can't have. */
function messageIdOf(key: string, from: string): string {
  const domain = /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? 'localhost';
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}

/**
 * A 5xx answer to the recipient or to the mail's content is permanent. A 5xx answer to the login or the
 * sender is a fault of the settings. Those can be corrected while the work is tried again.
 */
function isRefusedForGood(error: unknown): error is Error {
  if (!(error instanceof Error) || !('responseCode' in error) || !('command' in error)) return false;
  const { responseCode, command } = error;
  return typeof responseCode === 'number' && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}

function refusal(cause: Error): FatalError {
  return new FatalError('MailRefused', `the mail server refuses the mail: ${cause.message}`, { cause });
}
