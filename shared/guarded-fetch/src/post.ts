import { connectorOf } from './connector.ts';
import { Deadline, type FetchRules } from './deadline.ts';
import { sendRequest } from './exchange.ts';
import { retryAfterSecondsOf } from './passing-failures.ts';
import { resolveBySystem, resolveTarget } from './target.ts';

export interface PostAnswer {
  readonly status: number;
  /** The whole seconds that the receiver asked us to wait, at most one hour. */
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Posts a text to an address that the settings or a caller name. The guard is that of a download: the address
 * must be public or allowed. Redirects aren't followed, and the answer's body isn't read.
 *
 * @returns the answer's head, whatever its status
 * @throws FetchError Refused, HostUnreachable, HostTimeout; the signal's reason if the caller hung up
 */
export async function postText(
  text: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  rules: FetchRules,
  signal?: AbortSignal,
): Promise<PostAnswer> {
  const deadline = new Deadline(rules.timeoutMs, signal);
  try {
    const resolving = resolveTarget(text, undefined, rules.allowHosts, rules.resolve ?? resolveBySystem);
    const target = await deadline.race(resolving);
    const request = { method: 'POST', headers: { ...headers, 'user-agent': rules.userAgent }, body } as const;
    const response = await sendRequest(target.url, connectorOf(target, deadline.stop), request, deadline.stop);
    response.on('error', () => undefined);
    response.destroy();
    const retryAfterSeconds = retryAfterSecondsOf(response.headers['retry-after'], Date.now());
    return { status: response.statusCode ?? 0, retryAfterSeconds };
  } catch (error) {
    throw deadline.failureOf(error);
  }
}
