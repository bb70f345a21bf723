import { join } from 'node:path';
import { FatalError } from '@tally/chain';
import type { OrderFiles } from '@tally/chains';
import { type CaughtMail, listMails, type MailCatcher, startMailCatcher } from '@tally/mails';
import { freePort, temporaryFolder } from '@tally/testing';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { order, workOf } from '../order-work.fixture.ts';
import type { MailSettings } from './mail-settings.ts';
import { createMailer, type Mailer } from './mailer.ts';
import { alertSender } from './send-alert.ts';
import { askSender } from './send-ask.ts';
import { declineSender } from './send-decline.ts';
import { emailSender } from './send-email.ts';

const APPROVER = 'boss@example.org';
const files: OrderFiles = {
  pdf: { container: 'files', name: 'run-1/order.pdf', bytes: 10 },
  video: { container: 'files', name: 'run-1/order.mp4', bytes: 10 },
};

const settingsFor = (port: number): MailSettings => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  login: undefined,
  from: 'The shop <shop@example.org>',
  approver: APPROVER,
});

describe('the mails of an order', () => {
  let root: Awaited<ReturnType<typeof temporaryFolder>>;
  let catcher: MailCatcher;
  let mailer: Mailer;
  beforeEach(async () => {
    root = await temporaryFolder();
    catcher = await startMailCatcher({ folder: join(root.path, 'mails') });
    mailer = createMailer(settingsFor(catcher.port));
  });
  afterEach(async () => {
    await catcher.stop();
    await root.remove();
  });

  const caught = async (): Promise<CaughtMail[]> => await listMails(join(root.path, 'mails'));
  const onlyMail = async (): Promise<CaughtMail> => {
    const [mail, ...others] = await caught();
    if (mail === undefined || others.length > 0) throw new Error('there is not just one mail');
    return mail;
  };

  test('ask: the approver gets a link for each answer, and the files', async () => {
    const { messageId } = sent(await askSender(mailer, APPROVER)(workOf('ask', { order, files })));
    const mail = await onlyMail();
    expect(mail).toMatchObject({ messageId, to: [APPROVER], from: 'shop@example.org' });
    expect(mail.subject).toBe('Order A-1001 waits for your decision');
    expect(mail.text).toContain('13.50 EUR');
    const urls = [
      'https://tally.example/OrderApprovalResult?is="Approved"&code=c',
      'https://tally.example/OrderApprovalResult?is="Rejected"&code=c',
      'https://files.example/files/run-1/order.pdf?for=6d&sig=a%2Fb',
      'https://files.example/files/run-1/order.mp4?for=6d&sig=a%2Fb',
    ];
    for (const url of urls) expect(mail.text).toContain(`\n${url}\n`);
    for (const url of urls) {
      expect(mail.html).toContain(`href="${url.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`);
    }
    expect(mail.html).toContain('Zoë &lt;b&gt;Müller&lt;/b&gt; &amp; &quot;Co&quot;');
  });

  test('email: the customer gets the existing files, and is told of a missing one', async () => {
    await emailSender(mailer)(workOf('email', { order, files: { ...files, video: null } }));
    const mail = await onlyMail();
    expect(mail.to).toEqual(['zoe@example.org']);
    expect(mail.text).toContain('Dear Zoë <b>Müller</b> & "Co",');
    expect(mail.text).toContain('The video (MP4) could not be made.');
    expect(mail.links).toEqual(['https://files.example/files/run-1/order.pdf?for=6d&sig=a%2Fb']);
  });

  test.each([
    ['Rejected', 'it was rejected'],
    ['TimedOut', 'no decision was made in time'],
  ] as const)('decline: the customer is told the reason (%s)', async (why, words) => {
    await declineSender(mailer)(workOf('decline', { order, why }));
    const mail = await onlyMail();
    expect(mail.to).toEqual(['zoe@example.org']);
    expect(mail.text).toContain(`was not approved: ${words}.`);
  });

  test('alert: the approver is told what failed', async () => {
    const input = { order, code: 'OrderExists', message: 'saved by run-0' };
    await alertSender(mailer, APPROVER)(workOf('alert', input));
    const mail = await onlyMail();
    expect(mail).toMatchObject({ to: [APPROVER], subject: 'Order A-1001 failed' });
    expect(mail.text).toContain('OrderExists: saved by run-0');
  });

  test('a repeated delivery has the same Message-ID; another run has its own', async () => {
    const send = declineSender(mailer);
    const input = { order, why: 'Rejected' } as const;
    const first = sent(await send(workOf('decline', input)));
    const again = sent(await send({ ...workOf('decline', input), attempt: 2 }));
    const other = sent(await send(workOf('decline', input, 'abd')));
    expect(again.messageId).toBe(first.messageId);
    expect(first.messageId).toMatch(/^<[0-9a-f]{40}@example\.org>$/);
    const mails = await caught();
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map(({ messageId }) => messageId))).toEqual(new Set([first.messageId, other.messageId]));
  });

  test('a mailbox that the server refuses for good is not tried again', async () => {
    const undeliverable = { ...order, customer: { ...order.customer, email: 'zoe@shop.invalid' } };
    const error = await errorOf(declineSender(mailer)(workOf('decline', { order: undeliverable, why: 'Rejected' })));
    expect(error).toBeInstanceOf(FatalError);
    expect(error).toMatchObject({ code: 'MailRefused' });
    expect(String(error)).toContain('there is no mailbox');
  });

  test('a server that is away, or asks to retry, is tried again', async () => {
    const work = workOf('decline', { order, why: 'Rejected' } as const);
    const away = await errorOf(declineSender(createMailer(settingsFor(await freePort())))(work));
    expect(away).toMatchObject({ code: 'ESOCKET' });

    const busy = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_to, _session, callback) => callback(Object.assign(new Error('later'), { responseCode: 450 })),
    });
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    const port = await freePort();
    busy.listen(port, '127.0.0.1', resolve);
    await listening;
    const error = await errorOf(declineSender(createMailer(settingsFor(port)))(work));
    busy.close();
    expect(error).toMatchObject({ responseCode: 450 });
    expect(error).not.toBeInstanceOf(FatalError);
  });

  test('no password is sent to a server that does not encrypt', async () => {
    const settings = { ...settingsFor(catcher.port), login: { user: 'shop', password: 'secret-word' } };
    const error = await errorOf(createMailer({ ...settings, security: 'starttls' }).send(mailTo(APPROVER), 'k'));
    expect(error).toMatchObject({ code: 'ETLS' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-word');
    expect(await caught()).toEqual([]);
  });
});

function mailTo(address: string) {
  return { to: { address }, subject: 'a', paragraphs: ['a'], links: [] };
}

/** The result of a handler that sent a mail. */
function sent(result: object): { messageId: string } {
  if (!('messageId' in result) || typeof result.messageId !== 'string') throw new Error('it sent no mail');
  return { messageId: result.messageId };
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
