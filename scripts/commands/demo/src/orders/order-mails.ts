import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CaughtMail, formatMails, listMails } from '@tally/mails';

/** The mails about one order in a folder of mails. */
export class OrderMails {
  readonly #folder: string;
  readonly #number: string;
  #shown = 0;

  constructor(folder: string, number: string) {
    this.#folder = folder;
    this.#number = number;
  }

  /** The mails that have come since the last call, as text for a person: recipients, subject, links. */
  async next(): Promise<string> {
    const mails = await this.#all();
    const fresh = mails.slice(this.#shown);
    this.#shown = mails.length;
    return formatMails(fresh);
  }

  /** @returns names of the files, the oldest mail first */
  async save(folder: string): Promise<string[]> {
    await mkdir(folder, { recursive: true });
    const saved: string[] = [];
    for (const { file } of await this.#all()) {
      const name = `mail-${saved.length + 1}.eml`;
      await copyFile(file, join(folder, name));
      saved.push(name);
    }
    return saved;
  }

  async #all(): Promise<CaughtMail[]> {
    const mails = await listMails(this.#folder);
    return mails.filter(({ subject }) => subject.split(' ').includes(this.#number));
  }
}
