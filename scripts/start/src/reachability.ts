import { getProxyForUrl } from 'proxy-from-env';

/** How long a service that somebody else runs may take for its first answer. */
export const ANSWER_MS = 10_000;

/**
 * Why a fetch has failed, in a few words, and through which proxy it went.
 * @param url what was fetched
 */
export function reasonOf(error: unknown, url: string): string {
  return `${failureOf(error)}${wayThrough(getProxyForUrl(url))}`;
}

/** The network's error code hides in the cause; a code of the library's own says less than its message. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause && !String(cause.code).startsWith('UND_ERR_') ? String(cause.code) : cause.message;
}

/** The proxy by host and port alone: its URL may hold a password. What failed may be the way to it, or the way from it. */
function wayThrough(proxy: string): string {
  if (proxy === '') return '';
  const { protocol, hostname, port } = new URL(proxy);
  return `, through the proxy ${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
