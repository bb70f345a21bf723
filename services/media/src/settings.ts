import { blankAsAbsent } from '@tally/contracts';
import { ffmpegSettingsSchema } from '@tally/ffmpeg';
import { allowedHostsSchema } from '@tally/guarded-fetch';
import * as z from 'zod';
import type { Webhook } from './notify/webhook.ts';
import type { ClamdPlace } from './scan/clamd.ts';

const MIB = 2 ** 20;

/** ffmpeg holds a complete file in memory, for a moment twice. */
const MOST_MIB = 250;

/** The settings of media's work. */
export const mediaSettingsSchema = z
  .object({
    /**
     * Where a clamd listens. Absent: only the test signature is looked for. Its StreamMaxLength must not be
     * below TALLY_MEDIA_MAX_MB.
     */
    CLAMD_HOST: blankAsAbsent(z.string().optional()),
    CLAMD_PORT: blankAsAbsent(z.coerce.number().int().min(1).max(65_535).default(3310)),
    /** Limit for one file, in units of 2^20 bytes. */
    TALLY_MEDIA_MAX_MB: blankAsAbsent(z.coerce.number().int().min(1).max(MOST_MIB).default(100)),
    /**
     * Limit for one file. By default it is a length that a small machine transcodes well within its nine
     * minutes.
     */
    TALLY_MEDIA_MAX_SECONDS: blankAsAbsent(z.coerce.number().int().min(1).max(36_000).default(300)),
    /** `host:port` pairs that files may be copied from although their address isn't public. */
    TALLY_MEDIA_ALLOW_HOSTS: allowedHostsSchema,
    /** Gets a CloudEvent for each finished file. Absent: no event is sent. */
    TALLY_WEBHOOK_URL: blankAsAbsent(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional()),
    /** Signs the events. */
    TALLY_WEBHOOK_SECRET: blankAsAbsent(z.string().min(16, 'needs at least 16 characters').optional()),
    /** `host:port` of the webhook if its address isn't public. */
    TALLY_WEBHOOK_ALLOW_HOSTS: allowedHostsSchema,
  })
  .extend(ffmpegSettingsSchema.shape);

export interface MediaSettings {
  /** Absent: no clamd. */
  readonly clamd: ClamdPlace | undefined;
  readonly maxBytes: number;
  readonly maxSeconds: number;
  readonly allowHosts: ReadonlySet<string>;
  /** Absent: no event is sent. */
  readonly webhook: Webhook | undefined;
  /** Path of another ffmpeg to use. */
  readonly ffmpeg: string | undefined;
}

export function mediaSettingsOf(environment: z.infer<typeof mediaSettingsSchema>): MediaSettings {
  const { CLAMD_HOST: host, CLAMD_PORT: port, TALLY_WEBHOOK_URL: url } = environment;
  return {
    clamd: host === undefined ? undefined : { host, port },
    maxBytes: environment.TALLY_MEDIA_MAX_MB * MIB,
    maxSeconds: environment.TALLY_MEDIA_MAX_SECONDS,
    allowHosts: environment.TALLY_MEDIA_ALLOW_HOSTS,
    webhook:
      url === undefined
        ? undefined
        : { url, secret: environment.TALLY_WEBHOOK_SECRET, allowHosts: environment.TALLY_WEBHOOK_ALLOW_HOSTS },
    ffmpeg: environment.TALLY_FFMPEG,
  };
}
