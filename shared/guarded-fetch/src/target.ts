import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { refusalOf } from './address-guard.ts';
import { FetchError, refused } from './fetch-error.ts';
import { mayPass } from './passing-failures.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. The default is the system's resolver; tests bring their own. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true });

/** Where one request goes: the URL, and the checked addresses that its connection must use. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

/**
 * Checks a URL and resolves it to the addresses that we may connect to. Every address of the name must be
 * public. One that isn't refuses them all, because we don't control which one a connection uses.
 *
 * @param allowHosts `host:port` pairs whose addresses aren't checked
 * @throws FetchError Refused, HostUnreachable; the message doesn't say what a name resolved to, so that it
 * can't be used to map our network
 */
export async function resolveTarget(
  text: string,
  base: URL | undefined,
  allowHosts: ReadonlySet<string>,
  resolve: Resolve,
): Promise<Target> {
  const url = parseUrl(text, base);
  // `URL` writes IPv6 literals in brackets. It has already turned forms like 0x7f.1 or 2130706433 into
  // 127.0.0.1.
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(hostname);
  const addresses = family === 0 ? await resolveName(hostname, resolve) : [{ address: hostname, family }];
  if (!allowHosts.has(hostAndPort(url))) {
    const isInside = addresses.some(({ address }) => refusalOf(address) !== undefined);
    if (isInside) throw refused('The address is not a public one.');
  }
  return { url, addresses };
}

function parseUrl(text: string, base: URL | undefined): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw refused('Not an absolute URL.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('Only http and https are supported.');
  if (url.username !== '' || url.password !== '') throw refused('A URL with credentials is not supported.');
  return url;
}

async function resolveName(hostname: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await resolve(hostname);
  } catch (error) {
    if (mayPass(error))
      throw new FetchError('HostUnreachable', 'Temporary failure in name resolution', { cause: error });
    throw refused('Name or service not known', error);
  }
  if (addresses.length === 0) throw refused('Name or service not known');
  return addresses;
}

/** `host:port` as the settings write it: always with the port, IPv6 in brackets. */
function hostAndPort(url: URL): string {
  const defaultPort = url.protocol === 'https:' ? '443' : '80';
  return `${url.hostname}:${url.port === '' ? defaultPort : url.port}`;
}
