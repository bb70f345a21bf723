import { type AddressObject, simpleParser } from 'mailparser';
import { readMails } from './mail-folder.ts';

export interface CaughtMail {
  readonly file: string;
  readonly messageId: string | undefined;
  /** The date in the mail, else the time when it was stored. */
  readonly date: Date;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Undefined if the mail has only text. */
  readonly html: string | undefined;
  /**
   * In the order of the text, each once. They may open files and decide things, so only the reader of the
   * mail may see them.
   */
  readonly links: readonly string[];
}

/**
 * The mails of a catcher's folder, the oldest first. A mail tells its date only to the second. Mails of one
 * second come in the order in which they were stored.
 */
export async function listMails(folder: string): Promise<CaughtMail[]> {
  const stored = (await readMails(folder)).toSorted((a, b) => a.storedAt.getTime() - b.storedAt.getTime());
  const mails = await Promise.all(
    stored.map(async ({ file, bytes, storedAt }): Promise<CaughtMail> => {
      const mail = await simpleParser(Buffer.from(bytes));
      const text = mail.text ?? '';
      return {
        file,
        messageId: mail.messageId,
        date: mail.date ?? storedAt,
        from: addressesOf(mail.from).join(', '),
        to: addressesOf(mail.to),
        subject: mail.subject ?? '',
        text,
        html: mail.html === false ? undefined : mail.html,
        links: [...new Set(text.match(/https?:\/\/[^\s<>"\]]+/g))],
      };
    }),
  );
  return mails.sort((a, b) => a.date.getTime() - b.date.getTime());
}

function addressesOf(field: AddressObject | AddressObject[] | undefined): string[] {
  return [field ?? []].flat().flatMap(({ value }) => value.flatMap(({ address }) => address ?? []));
}
