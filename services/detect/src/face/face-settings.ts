import { blankAsAbsent } from '@tally/contracts';
import * as z from 'zod';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const endpointSchema = z
  .url({ protocol: /^https?$/, error: 'must be the http(s) URL of a Face endpoint' })
  .refine((text) => {
    const { search, hash, username, password } = new URL(text);
    return `${search}${hash}${username}${password}` === '';
  }, 'must have no user, query or fragment; a key goes into FACE_KEY')
  .transform((text) => text.replace(/\/+$/, ''));

/** The environment variables that calls to the Face endpoint need. */
export const faceSettingsSchema = z
  .object({
    /** Scheme, host and port. The client library adds `/face/v1.2/detect`. */
    FACE_ENDPOINT: blankAsAbsent(endpointSchema),
    /**
     * When absent, the app's identity is used. It needs the role "Cognitive Services User" on the endpoint.
     */
    FACE_KEY: blankAsAbsent(z.string().optional()),
    // One call handles one image. Azure answers within seconds. Tally's own service answers the last of its
    // 64 waiting images after about 25 s on two cores. Longer than a minute means that the endpoint isn't
    // working on it.
    TALLY_FACE_TIMEOUT_SECONDS: blankAsAbsent(z.coerce.number().min(1).max(300).default(60)),
    // A message permits up to 32 images, which then all go out at once. That is half of what Tally's own
    // service lets wait.
    TALLY_FACE_CONCURRENCY: blankAsAbsent(z.coerce.number().int().min(1).max(1_000).default(32)),
    /** `true` for an endpoint without TLS in a private network, such as a neighbouring container. */
    TALLY_FACE_ALLOW_HTTP: blankAsAbsent(z.enum(['true', 'false']).default('false')),
  })
  .superRefine((settings, context) => {
    const { protocol, hostname } = new URL(settings.FACE_ENDPOINT);
    if (protocol !== 'http:') return;
    if (!LOOPBACK.has(hostname) && settings.TALLY_FACE_ALLOW_HTTP === 'false') {
      context.addIssue({
        code: 'custom',
        path: ['FACE_ENDPOINT'],
        message:
          'is plain http to another machine, which would send the key in the clear: use https, or set TALLY_FACE_ALLOW_HTTP=true in a network you trust',
      });
    }
    if (settings.FACE_KEY === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['FACE_KEY'],
        message: 'is missing: an identity token is never sent over plain http, so an http endpoint needs a key',
      });
    }
  });

export interface FaceSettings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** When absent, the app's identity is used. */
  readonly key: string | undefined;
  /** For one call for one image. */
  readonly timeoutMs: number;
  /** Maximum number of calls of this process at once. */
  readonly concurrency: number;
}

export function faceSettingsOf(environment: z.infer<typeof faceSettingsSchema>): FaceSettings {
  return {
    endpoint: environment.FACE_ENDPOINT,
    key: environment.FACE_KEY,
    timeoutMs: environment.TALLY_FACE_TIMEOUT_SECONDS * 1_000,
    concurrency: environment.TALLY_FACE_CONCURRENCY,
  };
}
