import { utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { listMails } from './list-mails.ts';

/** Stores a mail with this second as its date. The file's time is this millisecond of that second. */
async function store(folder: string, name: string, second: number, millisecond: number): Promise<void> {
  const file = path.join(folder, `${name}.eml`);
  const date = new Date(Date.UTC(2026, 0, 1, 12, 0, second));
  await writeFile(file, `Date: ${date.toUTCString()}\r\nSubject: ${name}\r\n\r\n${name}\r\n`);
  const at = new Date(date.getTime() + millisecond);
  await utimes(file, at, at);
}

test('mails are listed oldest first, those of one second in the order of storing', async () => {
  await using folder = await temporaryFolder();
  await store(folder.path, 'a-later', 2, 700);
  await store(folder.path, 'b-earlier', 2, 300);
  await store(folder.path, 'c-first', 1, 900);
  expect((await listMails(folder.path)).map(({ subject }) => subject)).toEqual(['c-first', 'b-earlier', 'a-later']);
});
