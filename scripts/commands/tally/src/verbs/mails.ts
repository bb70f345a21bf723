import { formatMails, listMails } from '@tally/mails';
import { findRunningSystems, StartError } from '@tally/start';
import { localTime } from '../local-time.ts';
import type { Verb } from '../verb.ts';

export const mailsVerb: Verb<object> = {
  usage: 'mails',
  description: 'Lists the mails that the system has caught, with their links.',
  perform: async ({ connect }) => {
    const { target } = await connect();
    const running = await findRunningSystems();
    const mails = await listMails(folderOf(running.find(({ baseUrl }) => baseUrl === target.baseUrl)));
    return { text: formatMails(mails, (at) => localTime(at.toISOString())), json: mails };
  },
};

/** @throws StartError if no mails are caught */
export function folderOf(system: { readonly mailFolder: string | null } | undefined): string {
  if (system === undefined) throw new StartError('Mails are caught by a system that npm start runs in this clone.');
  if (system.mailFolder === null)
    throw new StartError(
      'That system catches no mails: its mail server sends them, or no chain that it runs sends mails.',
    );
  return system.mailFolder;
}
