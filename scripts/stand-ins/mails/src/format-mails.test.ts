import { expect, test } from 'vitest';
import { formatMails } from './format-mails.ts';
import type { CaughtMail } from './list-mails.ts';

const mail: CaughtMail = {
  file: '/mails/a.eml',
  messageId: '<a@tally.example>',
  date: new Date('2026-03-01T12:30:05Z'),
  from: 'shop@example.org',
  to: ['zoe@example.org'],
  subject: 'Your order A-1001',
  text: '',
  html: undefined,
  links: ['http://127.0.0.1:7071/a', 'http://127.0.0.1:7071/b'],
};

test('a mail is a paragraph with its links', () => {
  expect(formatMails([mail, { ...mail, links: [] }])).toBe(`2026-03-01 12:30:05Z  to zoe@example.org
  Your order A-1001
  http://127.0.0.1:7071/a
  http://127.0.0.1:7071/b

2026-03-01 12:30:05Z  to zoe@example.org
  Your order A-1001`);
});

test("times are written in the caller's format", () => {
  expect(formatMails([mail], (at) => String(at.getUTCFullYear()))).toMatch(/^2026 {2}to zoe@example.org\n/);
});

test('a foreign subject sends no commands to the terminal', () => {
  expect(formatMails([{ ...mail, subject: 'a\u001b[2Jb\u202ec', links: [] }])).toContain('a [2Jb c');
});

test('an empty list says that there are no mails', () => {
  expect(formatMails([])).toBe('No mails yet.');
});
