import { blankAsAbsent } from '@tally/contracts';
import * as z from 'zod';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** `shop@example.org` or `The shop <shop@example.org>`. */
const senderSchema = z
  .string()
  .regex(
    /^(?:[^<>\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u,
    'must be an address, or a name with one in <>',
  );

/** Checked even if other settings are missing, so that one message names everything that is missing. */
const belongTogether = { message: 'is missing: a user and a password belong together', when: () => true };

/** The settings of mails. */
export const mailSettingsSchema = z
  .object({
    TALLY_SMTP_HOST: blankAsAbsent(z.string()),
    TALLY_SMTP_PORT: blankAsAbsent(z.coerce.number().int().min(1).max(65_535).default(587)),
    /**
     * `starttls`: the connection must become encrypted (port 587). `tls`: it is encrypted from its first byte
     * (465). `none`: it never is. Absent: `none` on this machine's own loopback, otherwise `starttls`.
     */
    TALLY_SMTP_SECURITY: blankAsAbsent(z.enum(['starttls', 'tls', 'none']).optional()),
    /** Absent together with the password: the server needs no login. */
    TALLY_SMTP_USER: blankAsAbsent(z.string().optional()),
    TALLY_SMTP_PASSWORD: blankAsAbsent(z.string().optional()),
    TALLY_MAIL_FROM: blankAsAbsent(senderSchema),
    /** The person who decides about orders, and is told about failed ones. */
    TALLY_ORDERS_APPROVER: blankAsAbsent(z.email('must be an e-mail address')),
  })
  .refine(({ TALLY_SMTP_USER, TALLY_SMTP_PASSWORD }) => !TALLY_SMTP_USER || TALLY_SMTP_PASSWORD, {
    ...belongTogether,
    path: ['TALLY_SMTP_PASSWORD'],
  })
  .refine(({ TALLY_SMTP_USER, TALLY_SMTP_PASSWORD }) => TALLY_SMTP_USER || !TALLY_SMTP_PASSWORD, {
    ...belongTogether,
    path: ['TALLY_SMTP_USER'],
  })
  .superRefine((settings, context) => {
    const { TALLY_SMTP_PASSWORD: password } = settings;
    if (password !== undefined && securityOf(settings) === 'none' && !LOOPBACK.has(settings.TALLY_SMTP_HOST)) {
      const message = 'would send the password to another machine in the clear: use starttls or tls';
      context.addIssue({ code: 'custom', path: ['TALLY_SMTP_SECURITY'], message });
    }
  });

type Security = 'starttls' | 'tls' | 'none';

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly from: string;
  readonly approver: string;
}

export function mailSettingsOf(environment: z.infer<typeof mailSettingsSchema>): MailSettings {
  const { TALLY_SMTP_USER: user, TALLY_SMTP_PASSWORD: password } = environment;
  return {
    host: environment.TALLY_SMTP_HOST,
    port: environment.TALLY_SMTP_PORT,
    security: securityOf(environment),
    login: user === undefined || password === undefined ? undefined : { user, password },
    from: environment.TALLY_MAIL_FROM,
    approver: environment.TALLY_ORDERS_APPROVER,
  };
}

function securityOf(environment: {
  readonly TALLY_SMTP_HOST: string;
  readonly TALLY_SMTP_SECURITY?: Security | undefined;
}): Security {
  return environment.TALLY_SMTP_SECURITY ?? (LOOPBACK.has(environment.TALLY_SMTP_HOST) ? 'none' : 'starttls');
}
