import { createHash } from 'node:crypto';
import { FatalError } from '@tally/chain';
import nodemailer from 'nodemailer';
import { htmlOf, type Mail, textOf } from './mail.ts';
import type { MailSettings } from './mail-settings.ts';

/** A server that says nothing for this long is gone; the whole of it stays below a try's minute. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;

export interface Mailer {
  /**
   * Sends one mail.
   * @param key of the work that sends it: the same mail always has the same Message-ID, by which mail programs and people know a repetition
   * @returns the Message-ID
   * @throws FatalError `MailRefused` when the server refuses this mail for good; other errors may pass
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
    // Mails are made of strings only; nothing in them names a file or an address to be read.
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

/** `<…@domain of the sender>`; the key is hashed, for it may hold what an id can't. */
function messageIdOf(key: string, from: string): string {
  const domain = /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? 'localhost';
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}

/**
 * A 5xx that answers the recipient or the mail's content stays, however often it is tried. One that answers the login or the sender is a fault of the
 * settings: those can be put right while the work is tried again.
 */
function isRefusedForGood(error: unknown): error is Error {
  if (!(error instanceof Error) || !('responseCode' in error) || !('command' in error)) return false;
  const { responseCode, command } = error;
  return typeof responseCode === 'number' && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}

function refusal(cause: Error): FatalError {
  return new FatalError('MailRefused', `the mail server refuses the mail: ${cause.message}`, { cause });
}
