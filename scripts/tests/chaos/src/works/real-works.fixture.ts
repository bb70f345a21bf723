import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type CaughtMail, listMails, type MailCatcher, startMailCatcher } from '@tally/mails';
import { ensureBuilt } from '@tally/start';
import { closeServer, type Disturbance, listenOnLoopback, temporaryFolder } from '@tally/testing';
import type { WorkApp, Works } from './works.ts';

/**
 * Shorter than the official host's lease, so that a killed process's messages come back before the watchdog
 * sends them a second time.
 */
const LEASE_SECONDS = 60;
/** If the clock is advanced by this much, the lease is over. */
export const PAST_THE_LEASE_MS = 1_000 * LEASE_SECONDS + 5_000;

/** The real apps orders and media, with a mail server and a receiver of webhooks. */
export class RealWorks implements Works {
  readonly #mailFolder: string;
  readonly #remove: () => Promise<void>;
  #mails: MailCatcher;
  readonly #hook = createServer((request, response) => {
    void text(request).then((body) => {
      this.events.push(JSON.parse(body));
      response.writeHead(204).end();
    });
  });
  #hookPort = 0;
  /** The events that the webhook received. */
  readonly events: unknown[] = [];
  /** Number of messages that a process has taken and not yet deleted, by queue. */
  readonly #taken = new Map<string, number>();

  private constructor(mailFolder: string, mails: MailCatcher, remove: () => Promise<void>) {
    this.#mailFolder = mailFolder;
    this.#mails = mails;
    this.#remove = remove;
  }

  static async start(): Promise<RealWorks> {
    const folder = await temporaryFolder();
    const mailFolder = join(folder.path, 'mails');
    const works = new RealWorks(mailFolder, await startMailCatcher({ folder: mailFolder }), () => folder.remove());
    works.#hookPort = await listenOnLoopback(works.#hook);
    return works;
  }

  async appOf(app: WorkApp) {
    const built = await ensureBuilt([app], { onNotice: () => {}, signal: AbortSignal.timeout(170_000) });
    const hook = `127.0.0.1:${this.#hookPort}`;
    const env = {
      ...{ TALLY_SMTP_HOST: this.#mails.host, TALLY_SMTP_PORT: String(this.#mails.port) },
      ...{ TALLY_MAIL_FROM: 'shop@example.org', TALLY_ORDERS_APPROVER: 'boss@example.org' },
      ...{ TALLY_PUBLIC_URL: 'http://127.0.0.1:7071', TALLY_LINK_KEY: 'a key of this test, long enough to sign' },
      ...{ TALLY_WEBHOOK_URL: `http://${hook}/`, TALLY_WEBHOOK_ALLOW_HOSTS: hook },
      TALLY_HOST_LEASE_SECONDS: String(LEASE_SECONDS),
    };
    return { appDir: built.get(app) ?? '', env };
  }

  atOnce(): number {
    return [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0);
  }

  /** Passes every request on, and counts the work in progress by the messages that were taken. */
  readonly follow: Disturbance = async ({ operation, target }, forward) => {
    const answer = await forward();
    if (!/^(orders|media)-/.test(target)) return answer;
    if (operation === 'GetMessages') this.#count(target, answer.body.toString().split('<QueueMessage>').length - 1);
    if (operation === 'DeleteMessage') this.#count(target, -1);
    return answer;
  };

  /** The app's process is dead, so it will not delete the messages it had taken. */
  forget(app: WorkApp): void {
    for (const queue of this.#taken.keys()) if (queue.startsWith(`${app}-`)) this.#taken.delete(queue);
  }

  async stopMails(): Promise<void> {
    await this.#mails.stop();
  }

  /** At the same address as before. */
  async startMails(): Promise<void> {
    this.#mails = await startMailCatcher({ folder: this.#mailFolder, port: this.#mails.port });
  }

  /** The mails about a run, the oldest first. */
  async mailsAbout(word: string): Promise<CaughtMail[]> {
    const mails = await listMails(this.#mailFolder);
    return mails.filter(({ subject }) => subject.split(' ').includes(word));
  }

  async stop(): Promise<void> {
    await this.#mails.stop();
    await closeServer(this.#hook);
    await this.#remove();
  }

  #count(queue: string, more: number): void {
    this.#taken.set(queue, (this.#taken.get(queue) ?? 0) + more);
  }
}
