import { getProxyForUrl } from 'proxy-from-env';

/** The time that an external service may take for its first answer. */
export const ANSWER_MS = 10_000;

/**
 * Why a fetch has failed, in a few words, and which proxy it went through.
 * @param url the URL that was fetched
 */
export function reasonOf(error: unknown, url: string): string {
  return `${failureOf(error)}${wayThrough(getProxyForUrl(url))}`;
}

/** The network's error code is in the cause. A code of the library itself says less than its message. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause && !String(cause.code).startsWith('UND_ERR_') ? String(cause.code) : cause.message;
}

/**
 * The proxy's host and port only, because its URL may hold a password. The failure may lie before or behind
 * the proxy.
 */
function wayThrough(proxy: string): string {
  if (proxy === '') return '';
  const { protocol, hostname, port } = new URL(proxy);
  return `, through the proxy ${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
