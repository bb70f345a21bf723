import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream } from 'smtp-server';
import { storeMail } from './mail-folder.ts';

/** The limit that most servers have. */
const MAX_MAIL_BYTES = 25 * 2 ** 20;
const MAX_CLIENTS = 20;

export interface MailCatcherOptions {
  /** 0 or omitted: any free port. */
  readonly port?: number;
  /** The folder for the mails. It is created when the first one comes. */
  readonly folder: string;
}

export interface MailCatcher {
  readonly host: string;
  readonly port: number;
  /** Finishes the mails in transfer, then stops. */
  stop(): Promise<void>;
}

/**
 * An SMTP server for this machine that sends nothing on: every mail becomes a file. It takes any user and
 * password. It refuses addresses that end in `.invalid`, as real servers do, because they don't exist. So a
 * refusal can be tried.
 * @throws Error when the port is in use
 */
export async function startMailCatcher({ port = 0, folder }: MailCatcherOptions): Promise<MailCatcher> {
  const host = '127.0.0.1';
  const server = new SMTPServer({
    banner: 'Tally keeps all mails on this machine',
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    authOptional: true,
    // No other machine can read the traffic on a machine's own loopback.
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? '' }),
    onRcptTo: (to, _session, callback) => callback(refusalOf(to)),
    onData: (stream, _session, callback) => void answer(callback, keep(stream, folder)),
  });
  await listening(server, port, host);
  // A client that disconnects in the middle of a command is no fault of the server.
  server.on('error', () => undefined);
  return { host, port: portOf(server), stop: async () => await stopped(server) };
}

async function listening(server: SMTPServer, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  server.off('error', reject);
}

/** Tells the client about a failure. The client tries again later. */
async function answer(callback: (error?: Error | null) => void, work: Promise<Error | null>): Promise<void> {
  const refused = await work.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  callback(refused);
}

function refusalOf({ address }: SMTPServerAddress): Error | null {
  return /\.invalid$/i.test(address) ? refusal(550, `there is no mailbox ${address}`) : null;
}

/** Reads the mail to its end, which is necessary for a refused mail too, and stores it. */
async function keep(stream: SMTPServerDataStream, folder: string): Promise<Error | null> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a mail came as text');
    if (stream.sizeExceeded) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (stream.sizeExceeded) return refusal(552, `a mail has at most ${MAX_MAIL_BYTES} bytes`);
  const mail = Buffer.concat(chunks);
  const { messageId } = await simpleParser(mail);
  await storeMail(folder, mail, messageId);
  return null;
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function portOf(server: SMTPServer): number {
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port: this cannot happen.');
  return address.port;
}

async function stopped(server: SMTPServer): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
