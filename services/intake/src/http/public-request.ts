import { invalidRequest } from './errors.ts';
import type { ApiRequest } from './exchange.ts';

/** A request from the Functions library. */
type Received = Omit<ApiRequest, 'runsUrl'>;

/** A host, and optionally a port: what a proxy puts into `X-Forwarded-Host`. */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/**
 * The request as its caller wrote it. Behind a trusted proxy, scheme and host are those with which the proxy
 * was called.
 * @param runsPath where the runs are in the family of paths that the caller uses, such as `/runs`
 * @param useForwardedHost whether `X-Forwarded-Host` and `X-Forwarded-Proto` are believed: any caller can
 * send them where no proxy sets them
 * @throws ProblemError 400 where they hold something else
 */
export function publicRequest(request: Received, runsPath: string, useForwardedHost: boolean): ApiRequest {
  const { headers, params } = request;
  const url = useForwardedHost ? forwardedUrl(request) : request.url;
  const runsUrl = `${new URL(url).origin}/api${runsPath}`;
  return { url, runsUrl, headers, params, query: wholeQuery(request), arrayBuffer: () => request.arrayBuffer() };
}

/**
 * The query as the host has read it, plus the names that the Functions library loses, such as `__proto__`: a
 * call that deletes must see parameters that it can't follow. The host takes everything behind the first `?`
 * for the query, even a `#`.
 */
function wholeQuery({ url, query }: Received): URLSearchParams {
  const whole = new URLSearchParams(query);
  const known = new Set([...query.keys()].map((name) => name.toLowerCase()));
  const [, ...written] = url.split('?');
  for (const [name, value] of new URLSearchParams(written.join('?')))
    if (!known.has(name.toLowerCase())) whole.append(name, value);
  return whole;
}

function forwardedUrl({ url, headers }: Received): string {
  const { protocol, host, pathname, search } = new URL(url);
  const proto = firstOf(headers.get('x-forwarded-proto')) ?? protocol.slice(0, -1);
  if (!/^https?$/i.test(proto))
    throw invalidRequest([{ field: 'x-forwarded-proto', message: 'must be http or https' }], 'InvalidForwarding');
  const name = firstOf(headers.get('x-forwarded-host')) ?? host;
  const forwarded = HOST.test(name) ? URL.parse(`${proto}://${name}${pathname}${search}`) : null;
  if (forwarded !== null) return forwarded.href;
  throw invalidRequest(
    [{ field: 'x-forwarded-host', message: 'must be a host, and maybe a port' }],
    'InvalidForwarding',
  );
}

/** Each proxy on the way appends its own value after a comma. The first was the caller's. */
function firstOf(header: string | null): string | undefined {
  const first = header?.split(',')[0]?.trim();
  return first === '' ? undefined : first;
}
