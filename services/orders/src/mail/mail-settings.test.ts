import { describe, expect, test } from 'vitest';
import { mailSettingsOf, mailSettingsSchema } from './mail-settings.ts';

const least = {
  TALLY_SMTP_HOST: 'smtp.example.org',
  TALLY_MAIL_FROM: 'The shop <shop@example.org>',
  TALLY_ORDERS_APPROVER: 'boss@example.org',
};
const settingsOf = (environment: Record<string, string>) => mailSettingsOf(mailSettingsSchema.parse(environment));
const problemsOf = (environment: Record<string, string>) =>
  mailSettingsSchema
    .safeParse(environment)
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    .join('\n');

describe('mail settings', () => {
  test('have defaults: port 587, encrypted, without a login', () => {
    expect(settingsOf({ ...least, TALLY_SMTP_PORT: '', TALLY_SMTP_USER: '' })).toEqual({
      host: 'smtp.example.org',
      port: 587,
      security: 'starttls',
      login: undefined,
      from: 'The shop <shop@example.org>',
      approver: 'boss@example.org',
    });
  });

  test('need no encryption on loopback', () => {
    const login = { TALLY_SMTP_USER: 'u', TALLY_SMTP_PASSWORD: 'p' };
    expect(settingsOf({ ...least, ...login, TALLY_SMTP_HOST: '127.0.0.1', TALLY_SMTP_PORT: '2525' })).toMatchObject({
      port: 2_525,
      security: 'none',
      login: { user: 'u', password: 'p' },
    });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['no server', { TALLY_SMTP_HOST: '' }, /^TALLY_SMTP_HOST /],
    ['a user without a password', { TALLY_SMTP_USER: 'u' }, /^TALLY_SMTP_PASSWORD is missing/],
    [
      'a password in the clear',
      { TALLY_SMTP_USER: 'u', TALLY_SMTP_PASSWORD: 'p', TALLY_SMTP_SECURITY: 'none' },
      /in the clear/,
    ],
    ['an invalid sender', { TALLY_MAIL_FROM: 'a@example.org\r\nBcc: b@example.org' }, /^TALLY_MAIL_FROM /],
    ['several approvers', { TALLY_ORDERS_APPROVER: 'a@example.org, b@example.org' }, /^TALLY_ORDERS_APPROVER /],
    ['an invalid port', { TALLY_SMTP_PORT: '70000' }, /^TALLY_SMTP_PORT /],
  ])('with %s are refused, by name', (_what, wrong, problem) => {
    expect(problemsOf({ ...least, ...wrong })).toMatch(problem);
  });
});
