import type { CaughtMail } from './list-mails.ts';

/** One paragraph per mail: time, recipients and subject, then its links, ready to open. */
export function formatMails(mails: readonly CaughtMail[], timeText: (at: Date) => string = utcText): string {
  if (mails.length === 0) return 'No mails yet.';
  return mails.map((mail) => paragraph(mail, timeText(mail.date))).join('\n\n');
}

function paragraph({ to, subject, links }: CaughtMail, time: string): string {
  const head = `${time}  to ${plain(to.join(', '))}`;
  return [head, `  ${plain(subject)}`, ...links.map((link) => `  ${plain(link)}`)].join('\n');
}

function utcText(at: Date): string {
  return `${at.toISOString().replace('T', ' ').slice(0, 19)}Z`;
}

/** A subject may come from a stranger. A terminal must not treat it as commands. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}
