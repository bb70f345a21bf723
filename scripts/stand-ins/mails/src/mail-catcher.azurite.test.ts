import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listMails } from './list-mails.ts';
import { type MailCatcher, startMailCatcher } from './mail-catcher.ts';

describe('the mail catcher', () => {
  let root: Awaited<ReturnType<typeof temporaryFolder>>;
  let catcher: MailCatcher;
  let folder = '';
  beforeEach(async () => {
    root = await temporaryFolder();
    folder = join(root.path, 'mails');
    catcher = await startMailCatcher({ folder });
  });
  afterEach(async () => {
    await catcher.stop();
    await root.remove();
  });

  const send = async (mail: { to: string; subject: string; text: string; messageId?: string }) => {
    const { host, port } = catcher;
    const transport = nodemailer.createTransport({ host, port, auth: { user: 'anyone', pass: 'anything' } });
    return await transport.sendMail({ from: 'Shop <shop@example.org>', ...mail });
  };

  test('stores a mail as a readable file', async () => {
    const text = `Zoë,\nyour files:\nhttp://127.0.0.1:1/a?sig=${'x'.repeat(150)}%2F\nhttp://127.0.0.1:1/b`;
    const { messageId } = await send({ to: 'Zoë <zoe@example.org>', subject: 'Bestellung für Zoë', text });
    const [mail, ...others] = await listMails(folder);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      messageId,
      from: 'shop@example.org',
      to: ['zoe@example.org'],
      subject: 'Bestellung für Zoë',
      links: [`http://127.0.0.1:1/a?sig=${'x'.repeat(150)}%2F`, 'http://127.0.0.1:1/b'],
    });
  });

  test('stores a repeated mail once, in its last form, and others beside it', async () => {
    const mail = { to: 'zoe@example.org', subject: 'first', text: 'a', messageId: '<k1@shop.example>' };
    await send(mail);
    await send({ ...mail, subject: 'again' });
    await send({ ...mail, subject: 'another', messageId: '<k2@shop.example>' });
    const mails = await listMails(folder);
    expect(mails.map(({ subject }) => subject).sort()).toEqual(['again', 'another']);
    expect((await readdir(folder)).every((name) => name.endsWith('.eml'))).toBe(true);
  });

  test('refuses an invalid mailbox, and a mail that is too large', async () => {
    const mail = { to: 'ann@shop.invalid', subject: 'a', text: 'a' };
    await expect(send(mail)).rejects.toMatchObject({ responseCode: 550 });
    await expect(send({ ...mail, to: 'a@example.org', text: 'x'.repeat(26 * 2 ** 20) })).rejects.toMatchObject({
      responseCode: 552,
    });
    expect(await listMails(folder)).toEqual([]);
  });

  test('says so if its port is taken', async () => {
    await expect(startMailCatcher({ port: catcher.port, folder })).rejects.toThrow('EADDRINUSE');
  });
});
