import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import { type Agent, buildConnector } from 'undici';
import { refusalOf } from './address-guard.ts';
import { FetchError, refused } from './fetch-error.ts';
import { mayPass } from './passing-failures.ts';
import type { ResolvedAddress, Target } from './target.ts';

type Connect = NonNullable<Agent.Options['connect']>;

/**
 * How connections to a target are made: only to addresses that were checked. If the environment names a proxy
 * (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), it is asked for a tunnel to the checked address instead of the
 * name. It then has no name to resolve, so nothing can lead it elsewhere. An address that isn't public, which
 * only the settings can allow, never goes through a proxy.
 * @param stop breaks off a tunnel that is being made
 */
export function connectorOf({ url, addresses }: Target, stop: AbortSignal): Connect {
  const proxy = getProxyForUrl(url.href);
  const [first] = addresses;
  const isOurs = addresses.some(({ address }) => refusalOf(address) !== undefined);
  if (proxy === '' || first === undefined || isOurs) return { lookup: pinnedLookup(addresses) };
  return tunnelThrough(new URL(proxy), first, stop);
}

/** Answers every lookup with the checked addresses. An address literal needs no lookup. */
function pinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all === true) return callback(null, [...addresses]);
    const [first] = addresses;
    if (first === undefined) return callback(new Error('no address'), '');
    return callback(null, first.address, first.family);
  };
}

/** TLS is spoken inside the tunnel, with the URL's name. The proxy sees only the address. */
function tunnelThrough(proxy: URL, { address, family }: ResolvedAddress, stop: AbortSignal): Connect {
  const connectInside = buildConnector({ allowH2: false });
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return (options, callback) => {
    const port = options.port || (options.protocol === 'https:' ? '443' : '80');
    const path = `${family === 6 ? `[${address}]` : address}:${port}`;
    const headers = { host: path, ...credentialsOf(proxy) };
    const asking = request(proxy, { method: 'CONNECT', path, headers, agent: false, signal: stop });
    asking.once('error', (error) => callback(stop.aborted ? error : unreachable(proxy, error), null));
    asking.once('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        callback(refused(`The proxy ${placeOf(proxy)} refused the connection: ${statusCode}.`), null);
      } else if (options.protocol === 'https:') {
        connectInside({ ...options, httpSocket: socket }, callback);
      } else {
        callback(null, socket);
      }
    });
    asking.end();
  };
}

/** An error of the proxy says nothing about the host. */
function unreachable(proxy: URL, error: NodeJS.ErrnoException): Error {
  const reason = `The proxy ${placeOf(proxy)} can't be reached: ${error.code ?? error.message}.`;
  return mayPass(error) ? new FetchError('HostUnreachable', reason, { cause: error }) : refused(reason, error);
}

/** Host and port only, since a proxy's URL may hold a password. */
function placeOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(plain).toString('base64')}` };
}
