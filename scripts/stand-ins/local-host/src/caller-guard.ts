import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { PROBLEM_CONTENT_TYPE, type ProblemDetails, problemDocument } from '@tally/contracts';
import * as z from 'zod';

/** Which callers are accepted when no key is required. */
export interface CallerRules {
  /**
   * With keys, a caller proves with a key that it may call. The host name it uses and its origin then don't
   * matter.
   */
  readonly hasKeys: boolean;
  /** Names by which this host may be called, besides the loopback names. In lower case, without a port. */
  readonly allowHosts: ReadonlySet<string>;
}

/** Why a request is refused before anything else of it is read. */
export interface Refusal extends ProblemDetails {
  readonly status: 400 | 403;
}

const hostNameSchema = z
  .string()
  .regex(
    /^([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/,
    'must be host names without scheme or port, with commas between',
  );

/** The format of `TALLY_HOST_ALLOW_HOSTS`, for example `my-machine,tally.example`. */
export const allowedHostsSchema = z
  .string()
  .transform((list) =>
    list
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
  .pipe(z.array(hostNameSchema))
  .transform((names): ReadonlySet<string> => new Set(names));

/**
 * A host and an optional port (RFC 9110, 7.2). User, path, query and white space are not allowed, although a
 * URL would accept them.
 */
const hostPattern = /^(?:[^\s:/?#@\\[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Keeps web pages out. Any page may send requests to this machine from its own origin. It may also point its
 * own host name to this machine (DNS rebinding) and send requests under that name. Programs that are not
 * browsers send neither `Origin` nor `Sec-Fetch-Site`, and are not affected.
 * @returns undefined for a request that may continue
 */
export function refusalOf({ headers }: Pick<IncomingMessage, 'headers'>, rules: CallerRules): Refusal | undefined {
  const { host } = headers;
  // Only HTTP/1.0 allows a missing Host header, and no browser speaks HTTP/1.0.
  const own = host === undefined ? undefined : parseHost(host, 'http:');
  if (host !== undefined && own === undefined) return malformedHost;
  if (rules.hasKeys) return undefined;
  if (own !== undefined && !isLoopback(own.hostname) && !rules.allowHosts.has(own.hostname)) {
    return unknownHost(own.hostname);
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return crossSite;
  const { origin } = headers;
  return origin === undefined || isOwnOrigin(origin, host) ? undefined : crossSite;
}

/** Writes a refusal as a problem document (RFC 9457). */
export function answerRefusal(response: ServerResponse, { status, ...details }: Refusal): void {
  response.statusCode = status;
  response.setHeader('content-type', PROBLEM_CONTENT_TYPE);
  response.end(JSON.stringify(problemDocument(status, details)));
}

/** Whether a host name or address is this machine's own. An address may be in brackets. */
export function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '') ?? '';
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

const malformedHost: Refusal = {
  status: 400,
  title: 'Bad request',
  code: 'InvalidHost',
  detail: 'The header Host must be a host name or address, with a port or without, and nothing else.',
};

const unknownHost = (name: string): Refusal => ({
  status: 403,
  title: 'Forbidden',
  code: 'HostNotAllowed',
  detail:
    `Without keys this host answers only to localhost, 127.0.0.1 and [::1], not to ${name.slice(0, 100)}: another name may be a web ` +
    "page's. Start it with --allow-host <name> if the name is yours.",
});

const crossSite: Refusal = {
  status: 403,
  title: 'Forbidden',
  code: 'CrossSiteRequest',
  detail: 'Without keys this host answers no web page of another origin.',
};

function parseHost(host: string, scheme: string): URL | undefined {
  return hostPattern.test(host) ? (URL.parse(`${scheme}//${host}`) ?? undefined) : undefined;
}

/** The scheme is taken from the origin, because a proxy in front of this host may add TLS. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  const from = URL.parse(origin);
  if (from === null || host === undefined || !/^https?:$/.test(from.protocol)) return false;
  return parseHost(host, from.protocol)?.host === from.host;
}
