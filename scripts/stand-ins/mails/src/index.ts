export { formatMails } from './format-mails.ts';
export { type CaughtMail, listMails } from './list-mails.ts';
export { type MailCatcher, type MailCatcherOptions, startMailCatcher } from './mail-catcher.ts';
