import type { ApiRequest } from './context.ts';
import { invalidRequest } from './errors.ts';

/** What comes from the Functions library. */
type Received = Omit<ApiRequest, 'runsUrl'>;

/** A host, and maybe a port: what a proxy puts into `X-Forwarded-Host`. */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/**
 * The request as its caller has written it. Behind a proxy that is trusted to say so, scheme and host are
 * those that the proxy was called by.
 * @param runsPath where the runs are in the family of paths that the caller uses, such as `/runs`
 * @param useForwardedHost whether `X-Forwarded-Host` and `X-Forwarded-Proto` are believed: anybody can send
 * them where no proxy sets them
 * @throws ProblemError 400 where they hold something else
 */
export function publicRequest(request: Received, runsPath: string, useForwardedHost: boolean): ApiRequest {
  const { headers, params } = request;
  const url = useForwardedHost ? forwardedUrl(request) : request.url;
  const runsUrl = `${new URL(url).origin}/api${runsPath}`;
  return { url, runsUrl, headers, params, query: wholeQuery(request), arrayBuffer: () => request.arrayBuffer() };
}

/**
 * The query as the host has read it, with the names that the Functions library loses on the way, such as `__proto__`: a call that deletes has to see
 * what it can't follow. The host takes all behind the first `?` for the query, a `#` too.
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

/** Each proxy on the way adds its own behind a comma; the first was the caller's. */
function firstOf(header: string | null): string | undefined {
  const first = header?.split(',')[0]?.trim();
  return first === '' ? undefined : first;
}
