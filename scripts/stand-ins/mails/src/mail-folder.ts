import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ENDING = '.eml';

/** A mail as it is stored in the folder. */
export interface StoredMail {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Date;
}

/**
 * Stores a mail under a name made of its Message-ID. A repeated mail replaces the first one, as a mail
 * program would show it once. The file is complete or doesn't exist.
 * @returns the path of its file
 */
export async function storeMail(folder: string, mail: Uint8Array, messageId: string | undefined): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name =
    messageId === undefined ? randomUUID() : createHash('sha256').update(messageId).digest('hex').slice(0, 32);
  const file = join(folder, `${name}${ENDING}`);
  const unfinished = join(folder, `.${randomUUID()}.part`);
  try {
    await writeFile(unfinished, mail);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
  return file;
}

/** The mails in the folder, sorted by the names of their files. None if the folder is missing. */
export async function readMails(folder: string): Promise<StoredMail[]> {
  const names = await readdir(folder).catch(noneIfMissing);
  const mails: StoredMail[] = [];
  for (const name of names.filter((name) => name.endsWith(ENDING)).sort()) {
    const file = join(folder, name);
    const { mtime } = await stat(file);
    mails.push({ file, bytes: await readFile(file), storedAt: mtime });
  }
  return mails;
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
